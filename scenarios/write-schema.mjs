// `npm run schema`: writes the JSON Schemas that editors use, from the schemas that the program uses.
import { writeFileSync } from 'node:fs';
import { configSchemaFile } from '../dist/cli/config/schema.js';
import { scenarioSchemaFile } from '../dist/scenarios/json-schema.js';

writeFileSync(new URL('./scenario.schema.json', import.meta.url), scenarioSchemaFile());
writeFileSync(new URL('../cli/config/config.schema.json', import.meta.url), configSchemaFile());
