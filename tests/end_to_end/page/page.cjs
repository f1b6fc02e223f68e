// The operators' page in a real browser: token, lists, an event with a hostile name, a run with its graph, a word that is
// refused, the keyboard. Started by page.sh, which has jmld running; it changes nothing but what it says.
"use strict";
const assert = require("node:assert/strict");
const { chromium } = require("playwright-core");
const { PAGE_URL: url, PAGE_TOKEN: token, PAGE_BROWSER: browserPath } = process.env;

async function look(page, wrong) {
  const answer = await page.goto(url);
  assert.match(answer.headers()["content-security-policy"], /default-src 'none'; script-src 'self'/);
  await page.getByLabel("Token").fill("not the token");
  await page.getByRole("button", { name: "Look" }).click();
  await page.getByRole("status").filter({ hasText: "not authenticated" }).waitFor();
  wrong.length = 0; // the browser notes the 401 that was just asked for

  await page.getByLabel("Token").fill(token);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What waits" }).waitFor();
  await page.getByRole("link", { name: "Events", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Events" }).waitFor();
  await page.getByRole("cell", { name: "the list is empty" }).waitFor(); // a reason, in words
  await page.getByLabel("decision").fill("acted");
  await page.keyboard.press("Enter");
  await page.waitForURL(/events\?decision=acted/);
  await page.getByRole("link", { name: "odd/1 <b>?" }).click();
  await page.getByRole("heading", { name: "Event odd/1 <b>?" }).waitFor();
  await page.getByRole("link", { name: "<img src=x onerror=window.hit=1> Smith" }).waitFor();
  assert.equal(await page.locator("main img, main b").count(), 0);
  assert.equal(await page.evaluate(() => window.hit), undefined);

  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByLabel("Reason").fill("tried by hand");
  await page.getByRole("button", { name: "Do it" }).click();
  await page.getByRole("status").filter({ hasText: "Replay:" }).waitFor();
  wrong.length = 0; // the 409

  await page.getByRole("link", { name: /^run_/ }).first().click();
  await page.getByRole("heading", { name: /joiner ✓ succeeded/ }).waitFor();
  const graph = page.getByAltText("The steps of this run with their states");
  await graph.waitFor();
  assert.ok(await graph.evaluate((image) => image.decode().then(() => image.naturalWidth)) > 100);
  await page.getByText(/^create_user/).click();
  await page.getByText("every fact").click();
  await page.locator("#facts").filter({ hasText: "run_ended" }).waitFor();
  await page.getByRole("link", { name: "Holds" }).click();
  await page.getByText("nothing is held").waitFor();
  await page.getByRole("link", { name: "Approvals" }).click();
  await page.getByText("nothing waits for approval").waitFor();
  await page.getByRole("button", { name: "Forget the token" }).click();
  await page.getByLabel("Token").waitFor();
  assert.deepEqual(wrong, []);
}

(async () => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20000);
    const wrong = [];
    page.on("pageerror", (failed) => wrong.push(String(failed)));
    page.on("console", (said) => said.type() === "error" && wrong.push(said.text()));
    await look(page, wrong);
    if (process.env.PAGE_SHOT) await page.screenshot({ path: process.env.PAGE_SHOT });
  } finally {
    await browser.close();
  }
})().catch((failed) => {
  console.error(failed);
  process.exit(1);
});
