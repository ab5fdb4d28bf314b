import type { TrendData } from '../../trend-data.ts';
import { mount } from '../mount.tsx';
import { TrendPage } from './trend-page.tsx';
import { askAgain } from './ask-again.ts';

void mount({ isOurs: isTrendData, show: (data) => <TrendPage data={data} />, instead: askAgain });

function isTrendData(read: unknown): read is TrendData {
  const isOurs = typeof read === 'object' && read !== null && 'format' in read && 'kind' in read;
  return isOurs && read.format === 1 && read.kind === 'trend';
}
