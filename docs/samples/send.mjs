// Node 20 with fetch (HTTP) and amqplib (AMQP). GATEWAY, KEY and AMQP_URL come from the environment.
import { readFile } from "node:fs/promises";
import amqp from "amqplib";

const { GATEWAY, KEY, AMQP_URL } = process.env;
const event = await readFile(new URL("event.json", import.meta.url));
const kind = "application/cloudevents+json";

const answer = await fetch(`${GATEWAY}/v1/events`, {
  method: "POST",
  headers: { authorization: `Bearer ${KEY}`, "content-type": kind },
  body: event,
});
if (!answer.ok) throw new Error(await answer.text()); // 503: send it again after Retry-After
console.log(await answer.json());

const connection = await amqp.connect(AMQP_URL);
const channel = await connection.createConfirmChannel();
channel.publish("agency.plbn-badau", "", event, { contentType: kind, persistent: true });
await channel.waitForConfirms();
console.log("confirmed");
await connection.close();
