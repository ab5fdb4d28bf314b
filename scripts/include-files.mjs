import { basename, extname } from 'node:path';

const languages = { '.yml': 'yaml', '.yaml': 'yaml', '.sh': 'sh', '.mts': 'ts' };

/** Puts the files that a page names (`<!-- file: path -->`, up to `<!-- end -->`) into it, as code. */
export function includeFiles(text, read) {
  return text.replace(/(<!-- file: (\S+) -->\n)[^]*?(<!-- end -->)/g, (_, start, path, end) => {
    const language = languages[extname(path)] ?? { Jenkinsfile: 'groovy', Dockerfile: 'dockerfile' }[basename(path)];
    return `${start}\n\`\`\`${language ?? 'text'}\n${read(path).trimEnd()}\n\`\`\`\n\n${end}`;
  });
}
