// `npm run schema`: writes the JSON Schema that editors use, from the schema that the program uses.
import { writeFileSync } from 'node:fs';
import { scenarioSchemaFile } from '../dist/scenarios/json-schema.js';

writeFileSync(new URL('./scenario.schema.json', import.meta.url), scenarioSchemaFile());
