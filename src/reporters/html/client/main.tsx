import type { PageData } from '../page-data.ts';
import { mount } from './mount.tsx';
import { Page } from './page.tsx';
import { otherReports } from './unreadable.tsx';

void mount({ isOurs: isPageData, show: (data) => <Page data={data} />, instead: otherReports });

function isPageData(read: unknown): read is PageData {
  return typeof read === 'object' && read !== null && 'format' in read && read.format === 1;
}
