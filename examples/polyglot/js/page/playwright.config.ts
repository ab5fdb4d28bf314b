import { defineConfig } from '@playwright/test';

// The machine's own browser, so that nothing is downloaded: apt-get install chromium.
export default defineConfig({
  use: { launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' } },
});
