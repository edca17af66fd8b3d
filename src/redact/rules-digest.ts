/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: `npm run docs` writes it. */
export const RULES_DIGEST = 'd2da735a710efbb57b64e8331d1d10a9'
