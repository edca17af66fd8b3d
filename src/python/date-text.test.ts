import { expect, it } from 'vitest'
import { isDateText } from './date-text.ts'

it.each([
  '2012-12-21',
  '21/12/2012',
  'December',
  '21 Dec',
  'Fri 21',
  '121221',
  '00:00',
  '12 AM',
  '121221T000000Z',
  '21th of December 2012',
  '2012-12-21T00:00:00Z',
  '',
])('pandas 3 reads %j', text => expect(isDateText(text)).toBe(true))

it.each([
  '356',
  'Friday',
  '21',
  '2012-51',
  '21 21',
  'plain',
  'AM',
  '%',
  '1356048000',
  '000000',
  '2012_12_21',
  'Date: 2012-12-21',
  '21122012',
])('pandas 3 does not read %j', text => expect(isDateText(text)).toBe(false))
