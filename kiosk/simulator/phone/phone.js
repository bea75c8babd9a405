// The page that plays the phones: asks once a second, draws what it was told. Whatever comes from the server is text.

import { drawBank, startBank } from "/phone/bank.js";
import { language, said, WORDS } from "/phone/words.js";

const EVERY_MS = 1000;
const PATIENCE_MS = 5000;
const TICK_MS = 200;
const ANSWER_S = 45;
const OWNER = "owner";
const BANK = "bank";
const WALLETS = ["rich", "poor", "no_phone"];
const ASKS = ["asked", "again"];
const TONES = {
  paid: "done", refunded: "done", released: "done",
  sent: "wait", held: "wait", refunding: "wait", approved: "wait",
};

const $ = (id) => document.getElementById(id);

let place = placeInAddress(); // whose phone this is: a wallet's name, the owner, or whoever has an account at a bank
let wallet = isWallet(place) ? place : WALLETS[0];
let seen = null; // what the simulator told last of this place; null while nothing is known
let isGone = false; // the simulator did not answer the last time
let code = null; // the temporary account that is shown, and until when
let isFetching = false;
let asked = 0; // looks at the simulator, counted
let heard = 0; // the youngest that was drawn: an older one must not undo it
const requests = { customer: new Map(), owner: new Map() }; // what this page has shown, by payment id

// -- asking

async function ask(path, body) {
  const more = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const reply = await fetch(`/phone/${path}`, { signal: AbortSignal.timeout(PATIENCE_MS), ...more });
  if (!reply.ok) {
    throw new Error(`${path}: ${reply.status}`);
  }
  return reply.json();
}

function role() {
  return place === OWNER ? "owner" : "customer";
}

function mine() {
  return isWallet(place) ? `customer/${place}` : place;
}

function isWallet(name) {
  return WALLETS.includes(name);
}

async function look() {
  const number = ++asked;
  const whose = place;
  let told = null;
  try {
    told = await ask(mine());
  } catch {
    code = null; // whoever comes back may know nothing of it
  }
  if (whose !== place || number < heard) {
    return;
  }
  heard = number;
  isGone = told === null;
  seen = told;
  draw();
}

async function answer(id, approve) {
  try {
    await ask(`${mine()}/answer`, { payment_id: id, approve });
  } catch {
    // The next look shows whether it arrived.
  }
  heard = asked + 1; // what was asked before the answer tells nothing new
  await look();
}

async function fetchCode() {
  if (isFetching) {
    return;
  }
  isFetching = true;
  const whose = wallet;
  try {
    const fresh = await ask(`customer/${whose}/code`, {});
    const picture = $("qr").cloneNode();
    picture.src = `/phone/qr?account=${encodeURIComponent(fresh.account)}`;
    await picture.decode();
    $("qr").replaceWith(picture); // in one go: the old one is good until then
    $("code_time").max = fresh.lives_s;
    code = { wallet: whose, until: end(fresh.lives_s, fresh.speed), speed: fresh.speed };
  } catch {
    code = null;
  }
  isFetching = false;
  tick();
}

// -- time: the simulator says how many of its seconds are left, and how many of them go into a real one

function end(leftS, speed) {
  return performance.now() + (leftS * 1000) / speed;
}

function left(until, speed) {
  return Math.max(0, ((until - performance.now()) / 1000) * speed);
}

function tick() {
  if (seen === null || place === BANK) {
    return;
  }
  for (const request of requests[role()].values()) {
    const seconds = left(request.until, seen.speed);
    request.node.querySelector("progress").value = seconds;
    request.node.querySelector(".left").textContent = said(WORDS.left, { n: Math.ceil(seconds) });
  }
  if (place !== OWNER && !$("code").hidden && !document.hidden) {
    tickCode();
  }
}

function tickCode() {
  const seconds = code !== null && code.wallet === wallet ? left(code.until, code.speed) : 0;
  const isOver = seconds === 0;
  $("qr").classList.toggle("over", isOver);
  $("code_time").value = seconds;
  $("code_left").textContent = isOver ? WORDS.code_over : said(WORDS.code_left, { n: Math.ceil(seconds) });
  if (isOver) {
    fetchCode();
  }
}

// -- drawing

function draw() {
  $("tab_customer").ariaPressed = String(isWallet(place));
  $("tab_owner").ariaPressed = String(place === OWNER);
  $("tab_bank").ariaPressed = String(place === BANK);
  for (const name of WALLETS) {
    $(`wallet_${name}`).ariaPressed = String(name === wallet);
  }
  $("gone").hidden = !isGone;
  $("customer").hidden = !isWallet(place) || seen === null;
  $("owner").hidden = place !== OWNER || seen === null;
  $("bank").hidden = place !== BANK || seen === null;
  if (seen === null) {
    return;
  }
  if (place === BANK) {
    drawBank(seen);
    return;
  }
  const shown = shownRequests();
  if (place === OWNER) {
    drawRequests($("cancels"), shown);
    $("no_cancels").hidden = shown.length > 0;
  } else {
    drawCustomer(shown);
  }
  tick();
}

function drawCustomer(shown) {
  $("balance").textContent = said(WORDS.points, { n: seen.balance });
  $("no_phone").hidden = seen.has_phone;
  const first = shown.find(isAsked) ?? shown.at(-1);
  drawRequests($("payments"), first === undefined ? [] : [first]); // one question at a time
  $("code").hidden = first !== undefined;
  $("present").hidden = !seen.can_present; // the demo's till has no other scanner
  $("ignored").hidden = first !== undefined || !seen.payments.some(isAsked);
  if (first !== undefined) {
    code = null; // the payment used it up
  }
}

function isAsked(payment) {
  return ASKS.includes(payment.state);
}

/** What waits for an answer, and how it ended for what has waited here, until that is taken note of. */
function shownRequests() {
  const known = requests[role()];
  for (const payment of seen.payments.filter(isAsked)) {
    if (!known.has(payment.id) || known.get(payment.id).isNoted) {
      known.set(payment.id, { node: newNode(payment.id), until: Infinity, isNoted: false, isIgnored: false, isSent: false });
    }
    const request = known.get(payment.id);
    request.until = Math.min(request.until, end(payment.left_s, seen.speed)); // never jumps back
  }
  return seen.payments.filter(({ id }) => known.has(id) && !known.get(id).isNoted && !known.get(id).isIgnored);
}

function drawRequests(list, payments) {
  const nodes = payments.map((payment) => drawRequest(requests[role()].get(payment.id), payment));
  if (nodes.length !== list.children.length || nodes.some((node, position) => node !== list.children[position])) {
    list.replaceChildren(...nodes); // only then: it would take the focus away
  }
}

function newNode(id) {
  const node = $("request").content.firstElementChild.cloneNode(true);
  node.dataset.payment = id;
  for (const button of node.querySelectorAll("button")) {
    const { act } = button.dataset;
    button.id = place === OWNER ? `${act}_cancel_${id}` : act;
    button.textContent = WORDS[act];
    button.addEventListener("click", () => press(id, act));
  }
  return node;
}

function drawRequest(request, payment) {
  const { node } = request;
  const tone = TONES[payment.state] ?? "none";
  const [title, sentence] = WORDS[role()][payment.state];
  const money = payment.currency === "krw" ? WORDS.krw : WORDS.money;
  node.dataset.state = payment.state;
  node.querySelector(".mark").dataset.tone = tone;
  node.querySelector(".mark use").setAttribute("href", `#icon_${tone}`);
  write(node.querySelector("h2"), title);
  write(node.querySelector(".told"), said(sentence, payment));
  write(node.querySelector(".order"), said(WORDS.order, { n: payment.order }));
  drawRow(node, "shop", WORDS.shop, payment.shop);
  drawRow(node, "amount", WORDS.amount, said(money, { n: payment.amount, currency: payment.currency.toUpperCase() }));
  drawRow(node, "fee", WORDS.fee, said(WORDS.points, { n: payment.fee }));
  drawRow(node, "total", WORDS.total, said(WORDS.points, { n: payment.total }));
  node.querySelector(".time").hidden = !isAsked(payment);
  node.querySelector("progress").max = ANSWER_S;
  for (const button of node.querySelectorAll("button")) {
    const { act } = button.dataset;
    button.hidden = isAsked(payment) ? act === "close" || (act === "ignore" && place === OWNER) : act !== "close";
    button.disabled = request.isSent;
  }
  return node;
}

function drawRow(node, name, label, value) {
  write(node.querySelector(`[data-row=${name}] dt`), label);
  write(node.querySelector(`[data-row=${name}] dd`), value);
}

/** What is the same is left alone: a screen reader would read it again. */
function write(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

// -- people

async function press(id, act) {
  const request = requests[role()].get(id);
  if (act === "ignore" || act === "close") {
    request.isIgnored = act === "ignore";
    request.isNoted = act === "close";
    draw();
    $("main").focus(); // what had the focus is gone
    return;
  }
  request.isSent = true;
  draw();
  await answer(id, act === "approve");
  request.isSent = false;
  draw();
  request.node.querySelector("h2").focus();
}

function placeInAddress() {
  const name = location.hash.slice(1);
  return [...WALLETS, OWNER, BANK].includes(name) ? name : WALLETS[0];
}

function go(to) {
  place = to;
  wallet = isWallet(to) ? to : wallet;
  seen = null;
  history.replaceState(null, "", `#${to}`);
  draw();
  look();
}

// -- life

document.documentElement.lang = language;
document.title = WORDS.title;
for (const node of document.querySelectorAll("[data-say]")) {
  node.textContent = WORDS[node.dataset.say];
}
$("wallets").ariaLabel = WORDS.wallets;
$("qr").alt = WORDS.qr;
$("tab_customer").addEventListener("click", () => go(wallet));
$("tab_owner").addEventListener("click", () => go(OWNER));
$("tab_bank").addEventListener("click", () => go(BANK));
startBank(ask, look);
for (const name of WALLETS) {
  $(`wallet_${name}`).addEventListener("click", () => go(name));
}
$("new_code").addEventListener("click", fetchCode);
$("present").addEventListener("click", () => ask(`customer/${wallet}/present`, {}).catch(look));
addEventListener("hashchange", () => go(placeInAddress()));
document.addEventListener("visibilitychange", look);
setInterval(tick, TICK_MS);
setInterval(look, EVERY_MS);
look();
