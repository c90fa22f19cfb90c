// Holds scenarios against their JSON schema (draft 2020-12), as an editor would.
//   node check-scenarios.mjs schema.json scenarios.jsonl
// Each line of the second: {"name","yaml"}. Prints for each {"name","valid"} with the first fault, as JSON lines.
import fs from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const [schemaFile, scenariosFile] = process.argv.slice(2);
const validate = new Ajv2020.default({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(JSON.parse(fs.readFileSync(schemaFile, 'utf8')));
for (const line of fs.readFileSync(scenariosFile, 'utf8').split('\n').filter(Boolean)) {
  const { name, yaml } = JSON.parse(line);
  let valid = false, fault = null;
  try {
    valid = validate(parse(yaml));
    fault = valid ? null : `${validate.errors[0].instancePath} ${validate.errors[0].message}`;
  } catch (broken) {
    fault = broken.message;
  }
  console.log(JSON.stringify({ name, valid, fault }));
}
