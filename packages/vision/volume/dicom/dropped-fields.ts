import type { DataSet } from 'dicom-parser';

/** Fields that identify or describe a person (a part of PS3.15 table E.1-1), in the words of PS3.6. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['x00080050', 'Accession Number'],
  ['x00080080', 'Institution Name'],
  ['x00080081', 'Institution Address'],
  ['x00080090', "Referring Physician's Name"],
  ['x00081010', 'Station Name'],
  ['x00081030', 'Study Description'],
  ['x0008103e', 'Series Description'],
  ['x00081040', 'Institutional Department Name'],
  ['x00081048', 'Physician(s) of Record'],
  ['x00081050', "Performing Physician's Name"],
  ['x00081060', 'Name of Physician(s) Reading Study'],
  ['x00081070', "Operators' Name"],
  ['x00100010', "Patient's Name"],
  ['x00100020', 'Patient ID'],
  ['x00100021', 'Issuer of Patient ID'],
  ['x00100030', "Patient's Birth Date"],
  ['x00100032', "Patient's Birth Time"],
  ['x00100040', "Patient's Sex"],
  ['x00101000', 'Other Patient IDs'],
  ['x00101001', 'Other Patient Names'],
  ['x00101002', 'Other Patient IDs Sequence'],
  ['x00101005', "Patient's Birth Name"],
  ['x00101010', "Patient's Age"],
  ['x00101020', "Patient's Size"],
  ['x00101030', "Patient's Weight"],
  ['x00101040', "Patient's Address"],
  ['x00101060', "Patient's Mother's Birth Name"],
  ['x00102000', 'Medical Alerts'],
  ['x00102110', 'Allergies'],
  ['x00102154', "Patient's Telephone Numbers"],
  ['x00102160', 'Ethnic Group'],
  ['x00102180', 'Occupation'],
  ['x001021b0', 'Additional Patient History'],
  ['x001021c0', 'Pregnancy Status'],
  ['x00102203', "Patient's Sex Neutered"],
  ['x00104000', 'Patient Comments'],
  ['x00181000', 'Device Serial Number'],
  ['x00200010', 'Study ID'],
  ['x00204000', 'Image Comments'],
  ['x00321032', 'Requesting Physician'],
  ['x00321060', 'Requested Procedure Description'],
  ['x00380010', 'Admission ID'],
  ['x00400275', 'Request Attributes Sequence'],
]);
const TIMES = /^x0008(?:001[23]|002[0-3]|002a|003[0-3])$/;
const IDENTIFIERS = /^x(?:00080014|00080018|0020000d|0020000e|00200052)$/;

/**
 * One sentence naming the kinds of fields that were left out of views and geometry, never their values; `undefined` when
 * the file has none. Private fields and other fields of the patient's group are counted.
 */
export function describeDroppedFields(header: DataSet): string | undefined {
  const filled = Object.values(header.elements)
    .filter(({ length, tag }) => length > 0 && !tag.startsWith('x0002'))
    .map(({ tag }) => tag);
  const kinds = filled.flatMap((tag) => FIELDS.get(tag) ?? []);
  const count = (test: (tag: string) => boolean) => filled.filter(test).length;
  const others = count((tag) => tag.startsWith('x0010') && !FIELDS.has(tag));
  const priv = count((tag) => Number.parseInt(tag.slice(1, 5), 16) % 2 === 1);
  if (filled.some((tag) => TIMES.test(tag))) kinds.push('dates and times');
  if (filled.some((tag) => IDENTIFIERS.test(tag))) kinds.push('unique identifiers');
  if (others > 0) kinds.push(`${others} other fields of the patient`);
  if (priv > 0) kinds.push(`${priv} private fields`);
  return kinds.length === 0 ? undefined : `Fields of the header that were left out: ${kinds.join(', ')}.`;
}
