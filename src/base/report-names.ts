/** The reports that there are, by the names that the command line knows them by; what people open comes first. */
export const reportNames = ['html', 'junit', 'json', 'markdown', 'ctrf', 'trace'] as const;

export type ReportName = (typeof reportNames)[number];

/** Beside `junit.xml`: the files that it is split into. A folder of their own, so that nobody who reads `*.xml` counts tests twice. */
export const junitPartsFolder = 'junit-parts';
