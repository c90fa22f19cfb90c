// Holds messages as they were on the wire against the AsyncAPI document: topic, QoS, retain, expiry, content type,
// user properties and payload. A field the document does not know is a fault too, except inside FHIR resources.
//   node check-messages.mjs asyncapi.yaml messages.jsonl
// Each line: {"topic","qos","retain","expires","contentType","properties":{},"body"}. Prints faults and what was seen.
import fs from 'node:fs';
import Ajv from 'ajv';
import { parse } from 'yaml';

const [documentFile, messagesFile] = process.argv.slice(2);
const api = parse(fs.readFileSync(documentFile, 'utf8'), { merge: true });
const at = (ref) => ref.slice(2).split('/').reduce((node, key) => node[key], api);
const resolve = (node) => (node?.$ref ? resolve(at(node.$ref)) : node);

for (const [name, schema] of Object.entries(api.components.schemas)) if (!name.startsWith('fhir')) schema.additionalProperties = false;
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
ajv.addFormat('date-time', { validate: (t) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(t) && !Number.isNaN(Date.parse(t)) });
const compiled = new Map();
const validator = (schema) => compiled.get(schema) ?? compiled.set(schema, ajv.compile(schema)).get(schema);

const channels = Object.entries(api.channels).map(([name, channel]) => {
  const levels = channel.address.split('/').map((level) => {
    if (!level.startsWith('{')) return level;
    const words = resolve(channel.parameters[level.slice(1, -1)]).enum;
    return words ? `(?:${words.join('|')})` : '[a-z0-9-]+';
  });
  const operation = Object.values(api.operations).find((o) => resolve(o.channel) === channel);
  return { name, topic: new RegExp(`^${levels.join('/')}$`), message: resolve(Object.values(channel.messages)[0]), mqtt: operation?.bindings?.mqtt ?? {} };
});

const seen = {}; let faults = 0, number = 0;
const bad = (m, text) => { faults++; console.log(`BAD ${number} ${m.topic}: ${text}`); };
for (const line of fs.readFileSync(messagesFile, 'utf8').split('\n').filter(Boolean)) {
  const m = JSON.parse(line);
  number++;
  const channel = channels.find((c) => c.topic.test(m.topic));
  if (!channel) { bad(m, 'no channel has this topic'); continue; }
  seen[channel.name] = (seen[channel.name] ?? 0) + 1;
  const { message, mqtt } = channel;
  if (m.qos !== (mqtt.qos ?? 1)) bad(m, `QoS ${m.qos}`);
  if (m.retain !== (mqtt.retain ?? false)) bad(m, `retain ${m.retain}`);
  if (mqtt.messageExpiryInterval ? !(m.expires > 0 && m.expires <= mqtt.messageExpiryInterval) : m.expires && channel.name !== 'reply') bad(m, `expires in ${m.expires} s`);
  if (m.contentType !== message.contentType) bad(m, `content type ${m.contentType}`);
  const check = (what, schema, value) => { const v = validator(schema); if (!v(value)) bad(m, `${what} ${ajv.errorsText(v.errors)}: ${JSON.stringify(value).slice(0, 200)}`); };
  if (message.headers) check('properties', resolve(message.headers), m.properties);
  else if (Object.keys(m.properties).length) bad(m, `user properties ${Object.keys(m.properties)}`);
  let body;
  try { body = JSON.parse(m.body || '{}'); } catch { bad(m, 'the payload is not JSON'); continue; }
  check('payload', resolve(message.payload), body);
}
console.log(`seen ${Object.entries(seen).map(([name, n]) => `${name} ${n}`).sort().join(', ')}`);
process.exit(faults ? 1 : 0);
