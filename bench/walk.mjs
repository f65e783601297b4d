// From the icon to the amount field on a slow 4G phone with a CPU four times slower, cold (an empty profile with a session) and warm
// (opened before), and an evening's sales on a network of 400 kbit/s and 400 ms: node walk.mjs URL COOKIE icon|sales
// Lost packets are the caller's: see walk.sh.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const puppeteer = createRequire(join(process.cwd(), 'bench/files/lighthouse/package.json'))('puppeteer-core');
const [url, cookie, what] = process.argv.slice(2);
const [name, value] = cookie.split(/=(.*)/);
// what Lighthouse applies for "slow 4G": each request waits as long as its handshakes would take
const SLOW_4G = { offline: false, latency: 562.5, download: 1474.56 * 1024 / 8, upload: 675 * 1024 / 8 };
const EDGE_OF_TOWN = { offline: false, latency: 400, download: 400 * 1024 / 8, upload: 400 * 1024 / 8 };
const median = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];

const phone = async (work) => {
  const profile = mkdtempSync(join(tmpdir(), 'sma-walk-'));
  const browser = await puppeteer.launch({ executablePath: process.env.CHROME_PATH, userDataDir: profile, args: ['--no-sandbox', '--disable-gpu',
    '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  try {
    await browser.setCookie({ name, value, domain: new URL(url).hostname, path: '/', httpOnly: true });
    await work(browser);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
};
const slow = async (page, network, cpu) => {
  await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });
  await page.emulateNetworkConditions(network);
  await page.emulateCPUThrottling(cpu);
  // the page's emulation doesn't reach its worker
  for (const worker of page.browser().targets().filter((t) => t.type() === 'service_worker')) {
    const session = await worker.createCDPSession();
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions',
      { offline: false, latency: network.latency, downloadThroughput: network.download, uploadThroughput: network.upload });
  }
};

// Milliseconds until the field is there and takes what is typed.
const toAmount = async (browser) => {
  const page = await browser.newPage();
  await slow(page, SLOW_4G, 4);
  const began = performance.now();
  const going = page.goto(url + '/sales/new', { waitUntil: 'domcontentloaded' });
  const field = await page.waitForSelector('input[name=amount]', { visible: true });
  await field.type('7');
  if (await field.evaluate((f) => f.value) !== '7') throw new Error('the field takes nothing');
  const took = performance.now() - began;
  await going;
  return { page, took };
};

if (what === 'icon') {
  const cold = [], warm = [];
  for (let i = 0; i < 5; i++) await phone(async (browser) => {
    const first = await toAmount(browser);
    cold.push(first.took);
    await first.page.emulateNetworkConditions(null);
    await first.page.evaluate(() => navigator.serviceWorker.ready.then(() => 0));
    await first.page.reload({ waitUntil: 'networkidle0' });
    await first.page.close();
    const again = await toAmount(browser);
    warm.push(again.took);
  });
  console.log(Math.round(median(cold)), Math.round(median(warm)));
} else await phone(async (browser) => {
  const page = await browser.newPage();
  await slow(page, EDGE_OF_TOWN, 1);
  const began = performance.now();
  for (let i = 1; i <= 12; i++) {
    await page.goto(url + '/sales/new', { waitUntil: 'domcontentloaded', timeout: 120000 });
    await page.type('input[name=customer]', `Jalan ${i}`);
    await page.type('input[name=amount]', `${i}000`);
    // in the middle of it the network is gone for a while
    if (i % 4 === 0) await page.emulateNetworkConditions({ ...EDGE_OF_TOWN, offline: true });
    await page.click('form[data-entry] button:not([type=button])');
    // the answer may replace the page while it is looked at
    for (let looks = 1; ; looks++) {
      const there = await page.waitForSelector('#saved, #kept:not([hidden]), #waiting:not([hidden])', { timeout: 120000 }).catch((e) => e);
      if (!(there instanceof Error)) break;
      if (looks === 5) throw there;
    }
    await page.emulateNetworkConditions(EDGE_OF_TOWN);
  }
  for (let i = 0; i < 60; i++) {
    await page.goto(url + '/sales/new', { waitUntil: 'load', timeout: 120000 });
    if (!(await page.evaluate(() => sales.send().then(() => sales.all())))?.length) break;
  }
  console.log(Math.round(performance.now() - began));
});
