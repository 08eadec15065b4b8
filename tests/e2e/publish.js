// Publishes the events of a JSON file as an agency would that writes in JavaScript: node publish.js URL EXCHANGE FILE
const fs = require("node:fs");
const amqp = require("amqplib");

async function main([url, exchange, file]) {
  const connection = await amqp.connect(url);
  const channel = await connection.createConfirmChannel();
  for (const event of JSON.parse(fs.readFileSync(file, "utf8"))) {
    channel.publish(exchange, "", Buffer.from(JSON.stringify(event)), { contentType: "application/json", persistent: true });
  }
  await channel.waitForConfirms();
  await connection.close();
}

main(process.argv.slice(2)).catch((error) => { console.error(error.message); process.exit(1); });
