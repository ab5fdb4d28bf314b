import { readPlainYaml } from './plain-yaml.ts';
import type { Yaml, YamlProblem } from './yaml-node.ts';

/**
 * Reads one YAML 1.2 document without custom tags, duplicate keys or endless aliases; never throws, whatever the text. What most configs are made
 * of is read by `plain-yaml`, in a tenth of the time that it takes to load the library and to let it read; all else by the library.
 */
export async function readYaml(text: string): Promise<Yaml | readonly YamlProblem[]> {
  return readPlainYaml(text) ?? (await import('./yaml-document.ts')).readDocument(text);
}
