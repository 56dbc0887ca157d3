// Verifies webhooks with npm's standardwebhooks. stdin: [{secret, headers, body (base64), now_s}]; stdout: [true|false].
const { Webhook } = require("standardwebhooks");

const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const found = cases.map(({ secret, headers, body, now_s }) => {
  Date.now = () => now_s * 1000;
  try {
    new Webhook(secret).verify(Buffer.from(body, "base64").toString("utf8"), headers);
    return true;
  } catch (error) {
    if (error.name === "WebhookVerificationError" || error.constructor.name === "WebhookVerificationError") return false;
    throw error;
  }
});
process.stdout.write(JSON.stringify(found));
