/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: `npm run docs` writes it. */
export const RULES_DIGEST = '426423937017d0a8acb9ed7ef6b4cd6f'
