import type { Random } from '../random.ts'

/*
 * Numbers that people in the United States have, by the state they live in.
 */

/** By state: the first three digits that telephone numbers have there, and the least and most of those that social security numbers had. */
const STATES = new Map<string, { areaCodes: readonly string[]; least: number; most: number }>(
  `
AL 416-424 205 251 256 334 | AK 574-574 907 | AZ 526-527 480 520 602 623 928 | AR 429-432 479 501 870
CA 545-573 209 213 310 323 408 415 510 530 559 562 619 626 650 661 707 714 760 805 818 831 858 909 916 925 949 951
CO 521-524 303 719 720 970 | CT 40-49 203 860 | DE 221-222 302 | DC 577-579 202
FL 261-267 239 305 321 352 386 407 561 727 772 813 850 863 904 941 954 | GA 252-260 229 404 478 706 770 912
HI 575-576 808 | ID 518-519 208 | IL 318-361 217 309 312 618 630 708 773 815 847 | IN 303-317 219 260 317 574 765 812
IA 478-485 319 515 563 641 712 | KS 509-515 316 620 785 913 | KY 400-407 270 502 606 859 | LA 433-439 225 318 337 504 985
ME 4-7 207 | MD 212-220 301 410 | MA 10-34 413 508 617 781 978 | MI 362-386 231 248 269 313 517 586 616 734 810 906 989
MN 468-477 218 320 507 612 651 763 952 | MS 425-428 228 601 662 | MO 486-500 314 417 573 636 660 816 | MT 516-517 406
NE 505-508 308 402 | NV 530-530 702 775 | NH 1-3 603 | NJ 135-158 201 609 732 856 908 973 | NM 525-525 505 575
NY 50-134 212 315 516 518 585 607 631 716 718 845 914 | NC 237-246 252 336 704 828 910 919 | ND 501-502 701
OH 268-302 216 330 419 440 513 614 740 937 | OK 440-448 405 580 918 | OR 540-544 503 541
PA 159-211 215 412 570 610 717 724 814 | RI 35-39 401 | SC 247-251 803 843 864 | SD 503-504 605
TN 408-415 423 615 731 865 901 931 | TX 449-467 210 214 254 281 325 361 409 432 512 713 806 817 830 903 915 936 940 956 972 979
UT 528-529 435 801 | VT 8-9 802 | VA 223-231 276 434 540 703 757 804 | WA 531-539 206 253 360 425 509
WV 232-236 304 | WI 387-399 262 414 608 715 920 | WY 520-520 307 | PR 580-584 787 | VI 580-580 340`
    .split(/[|\n]/)
    .map(entry => entry.trim().split(' '))
    .filter(([state]) => state !== '')
    .map(([state, areas, ...areaCodes]) => {
      const [least, most] = areas!.split('-').map(Number)
      return [state!, { areaCodes, least: least!, most: most! }]
    }),
)

/** A telephone number of a state; of any where the state is not known. */
export function usPhoneNumber(state: string | null, random: Random): string {
  const { areaCodes } = STATES.get(state ?? '') ?? random.pick([...STATES.values()])!
  return `${random.pick(areaCodes)}-${200 + random.integer(800)}-${digits(random.integer(10_000), 4)}`
}

/** From this day on the first digits of a social security number tell no state. */
const RANDOM_SINCE = '2011-06-25'

/** A number in the shape of a social security number, which begins as those of the state did for people born there. */
export function socialSecurityNumber(state: string, birthDate: string, random: Random): string {
  const { least, most } = (birthDate < RANDOM_SINCE ? STATES.get(state) : undefined) ?? { least: 1, most: 899 }
  // None has 666; no state's numbers are that alone.
  const area = random.integer(most - least + 1) + least
  return `${digits(area === 666 ? 667 : area, 3)}-${digits(1 + random.integer(99), 2)}-${digits(1 + random.integer(9999), 4)}`
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, '0')
}
