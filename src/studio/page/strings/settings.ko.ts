/** The descriptions of settings in Korean, by the English ones of the schemas. */
export const settings: Readonly<Record<string, string>> = {};
