/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: `npm run docs` writes it. */
export const RULES_DIGEST = '051dcce435ec8c1c922e1b9da25c9ad8'
