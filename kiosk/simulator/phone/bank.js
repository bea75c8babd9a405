// The bank's app: pays into the accounts that a checkout shows, exactly or otherwise, and takes a payment back.

import { said, WORDS } from "/phone/words.js";

const $ = (id) => document.getElementById(id);

const accounts = new Map(); // what this page has shown, by id
const payments = new Map();
let isAsking = true; // whether the bank asks before it pays
let ask = null; // how the simulator is asked
let look = null; // looks at it, and draws

/** Once, at the start. */
export function startBank(asking, looking) {
  ask = asking;
  look = looking;
  $("bank_kinds").ariaLabel = WORDS.bank_kinds;
  $("bank_asks").addEventListener("click", () => choose(true));
  $("bank_tells").addEventListener("click", () => choose(false));
  choose(true);
}

/** What the simulator told. */
export function drawBank(seen) {
  show($("accounts"), seen.accounts.map(drawAccount));
  show($("made"), seen.payments.map(drawPayment));
  $("no_accounts").hidden = seen.accounts.length > 0;
  $("payments_made").hidden = seen.payments.length === 0;
}

function choose(asks) {
  isAsking = asks;
  $("bank_asks").ariaPressed = String(asks);
  $("bank_tells").ariaPressed = String(!asks);
  $("bank_hint").textContent = asks ? WORDS.bank_asks_hint : WORDS.bank_tells_hint;
}

/** Only what is new is moved: it would take the focus away. */
function show(list, nodes) {
  if (nodes.length !== list.children.length || nodes.some((node, position) => node !== list.children[position])) {
    list.replaceChildren(...nodes);
  }
}

function drawAccount(account) {
  const node = accounts.get(account.id) ?? newAccount(account);
  const told = account.state === "waiting" && account.until === "" ? "open" : account.state;
  node.dataset.state = account.state;
  node.querySelector("[data-row=until] dd").textContent = said(WORDS.account[told], { n: account.until });
  return node;
}

function newAccount(account) {
  const node = $("account").content.firstElementChild.cloneNode(true);
  const input = node.querySelector("input");
  const button = node.querySelector("button");
  node.dataset.account = account.id;
  node.querySelector("h2").textContent = account.bank;
  node.querySelector(".number").textContent = account.account;
  fill(node, "holder", account.holder);
  fill(node, "due", said(WORDS.krw, { n: grouped(account.amount) }));
  fill(node, "until", "");
  node.querySelector("label span").textContent = WORDS.how_much;
  input.id = `amount_${account.id}`;
  input.value = grouped(account.amount);
  button.id = `pay_${account.id}`;
  button.textContent = WORDS.pay;
  button.addEventListener("click", () => pay(account.id, input, button));
  input.addEventListener("keydown", ({ key }) => (key === "Enter" ? button.click() : null));
  accounts.set(account.id, node);
  return node;
}

function drawPayment(payment) {
  const node = payments.get(payment.number) ?? newPayment(payment);
  node.dataset.state = payment.state;
  node.querySelector(".how").textContent = `${payment.time} · ${WORDS.made[payment.state]}`;
  node.querySelector("button").hidden = payment.state !== "there";
  return node;
}

function newPayment(payment) {
  const node = $("payment_made").content.firstElementChild.cloneNode(true);
  const button = node.querySelector("button");
  node.dataset.payment = payment.number;
  node.querySelector("strong").textContent = said(WORDS.krw, { n: grouped(payment.amount) });
  node.querySelector(".where").textContent = `${payment.bank} ${payment.account}`;
  button.id = `correct_${payment.number}`;
  button.textContent = WORDS.take_back;
  button.addEventListener("click", () => correct(payment.number, button));
  payments.set(payment.number, node);
  return node;
}

function fill(node, row, text) {
  node.querySelector(`[data-row=${row}] dt`).textContent = WORDS[row];
  node.querySelector(`[data-row=${row}] dd`).textContent = text;
}

function grouped(amount) {
  return amount.toLocaleString("en");
}

async function pay(id, input, button) {
  const digits = input.value.replaceAll(",", "").trim();
  if (!/^[0-9]{1,11}$/.test(digits) || Number(digits) === 0) {
    tell("amount");
    input.focus();
    return;
  }
  const amount = Number(digits);
  await send(button, "bank/pay", { account_id: id, amount, asks: isAsking }, ({ refused }) =>
    refused === null ? tell("paid", { n: grouped(amount) }) : tell(refused || "silent"));
}

async function correct(number, button) {
  await send(button, "bank/correct", { number }, ({ answered }) =>
    tell(answered === "0000" ? "corrected" : "uncorrected"));
}

async function send(button, path, body, done) {
  button.disabled = true;
  try {
    done(await ask(path, body));
  } catch {
    // The next look shows whether it arrived.
  }
  button.disabled = false;
  await look();
}

function tell(what, values) {
  $("bank_told").hidden = false;
  $("bank_told").dataset.told = what;
  $("bank_told").textContent = said(WORDS.bank_told[what], values);
  $("bank_told").scrollIntoView({ block: "nearest" });
}
