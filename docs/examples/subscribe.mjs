// Takes results from a station, keeps each once, and acknowledges it end to end. Node 20, npm package mqtt 5.
//   node subscribe.mjs --url mqtts://localhost:18883 --keys KEYS --name ehr-bridge --out results.jsonl [--count N]
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
const mqtt = createRequire(process.cwd() + '/')('mqtt'); // from the folder it is started in

const { values: a } = parseArgs({ options: { url: { type: 'string' }, keys: { type: 'string' }, name: { type: 'string' }, out: { type: 'string' }, count: { type: 'string', default: '0' } } });
const pem = (file) => fs.readFileSync(`${a.keys}/${file}`);
const before = fs.existsSync(a.out) ? fs.readFileSync(a.out, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l)) : [];
const kept = new Set(before.map((r) => `${r.source} ${r.id}`));
const parts = new Map(); // id of the first part -> ids of the parts held
for (const r of before) if (r.partof) note(r.partof, r.id);
const file = fs.openSync(a.out, 'a');
let taken = 0;

// customHandleAcks: the broker is answered when the result is on disk, not before
const client = mqtt.connect(a.url, {
  protocolVersion: 5, clientId: a.name, clean: false, properties: { sessionExpiryInterval: 604800, receiveMaximum: 40 },
  ca: pem('ca.crt'), cert: pem(`${a.name}.crt`), key: pem(`${a.name}.key`),
  customHandleAcks: (topic, payload, packet, done) => {
    try { take(topic, payload, packet); done(0); } catch (e) { console.error(`not stored: ${e.message}`); process.exit(1); }
  },
});
client.on('connect', () => client.subscribe('vascular/v1/+/+/result/session', { qos: 1 }, (e) => { if (e) throw e; console.log('listening'); }));
client.on('error', (e) => { console.error(e.message); process.exit(2); });

function note(first, id) { return (parts.get(first) ?? parts.set(first, new Set()).get(first)).add(id).size; }

/** What the bundle says of itself, in the words of the envelope: all there is over MQTT 3.1.1. */
function mark(bundle) {
  const session = bundle.entry?.[0]?.resource?.extension?.find((e) => e.url.endsWith('/session-message'));
  return Object.fromEntries((session?.extension ?? []).map((e) => [e.url === 'examination' ? 'subject' : e.url, String(e.valueUri ?? e.valueString ?? e.valuePositiveInt).replace('urn:uuid:', '')]));
}

function take(topic, payload, packet) {
  const envelope = packet.properties?.userProperties ?? {};
  let bundle;
  try { bundle = JSON.parse(payload.toString('utf8')); } catch { return console.error(`unreadable ${topic}`); } // no id, so nothing to acknowledge
  const id = envelope.id ?? bundle.identifier.value.replace('urn:uuid:', ''); // MQTT 3.1.1 has no properties
  const source = envelope.source ?? `//${topic.split('/').slice(2, 4).join('/')}`;
  let status = bundle.resourceType === 'Bundle' && bundle.type === 'message' ? 'stored' : 'rejected';
  if (status === 'stored' && kept.has(`${source} ${id}`)) status = 'duplicate';
  if (status === 'stored') {
    const { subject, resultversion, part, partof } = { ...mark(bundle), ...envelope };
    fs.writeSync(file, JSON.stringify({ source, id, subject, resultversion: Number(resultversion), part, partof, bundle }) + '\n');
    fs.fsyncSync(file);
    kept.add(`${source} ${id}`);
    // each part is acknowledged alone; only the chart waits for all of them
    if (part && note(partof, id) === Number(part.split('/')[1])) console.log('complete', partof);
  }
  const to = `${topic.split('/').slice(0, 4).join('/')}/ack/${a.name}`;
  client.publish(to, JSON.stringify({ id, status, time: new Date().toISOString() }), { qos: 1, properties: { contentType: 'application/json' } }, () => {
    console.log(status, id);
    if (++taken === Number(a.count)) client.end(false, () => process.exit(0));
  });
}
