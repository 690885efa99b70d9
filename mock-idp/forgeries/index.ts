import { algHmacForgeries } from './alg-hmac.ts';
import { algNoneForgeries } from './alg-none.ts';
import { algOtherForgeries } from './alg-other.ts';
import { audForgeries } from './aud.ts';
import { base64Forgeries } from './base64.ts';
import { controlForgeries } from './controls.ts';
import { criticalForgeries } from './critical.ts';
import { duplicateForgeries } from './duplicates.ts';
import { embeddedKeyForgeries } from './embedded-key.ts';
import { encryptedForgeries } from './encrypted.ts';
import { expForgeries } from './exp.ts';
import { headerForgeries } from './header-other.ts';
import { issForgeries } from './iss.ts';
import { jsonForgeries } from './json.ts';
import { jweBombForgeries } from './jwe-bomb.ts';
import { kidForgeries } from './kid.ts';
import { kidInjectionForgeries } from './kid-injection.ts';
import { nbfIatForgeries } from './nbf-iat.ts';
import { otherClaimForgeries } from './other-claims.ts';
import { otherFormatForgeries } from './other-formats.ts';
import { pkcs1Forgeries } from './pkcs1.ts';
import { remoteKeyForgeries } from './remote-key.ts';
import { segmentForgeries } from './segments.ts';
import { signatureForgeries } from './signature.ts';
import { subForgeries } from './sub.ts';
import { subInjectionForgeries } from './sub-injection.ts';
import { textForgeries } from './text.ts';
import { tokenKindForgeries } from './token-kind.ts';
import { typeForgeries } from './type.ts';
import { unauthenticForgeries } from './unauthentic.ts';
import type { Forgery } from './forgery.ts';

/** Every forged token there is, one defect each. */
export const forgeries: readonly Forgery[] = [
  ...controlForgeries,
  ...segmentForgeries,
  ...base64Forgeries,
  ...textForgeries,
  ...jsonForgeries,
  ...duplicateForgeries,
  ...signatureForgeries,
  ...pkcs1Forgeries,
  ...encryptedForgeries,
  ...otherFormatForgeries,
  ...algNoneForgeries,
  ...algHmacForgeries,
  ...algOtherForgeries,
  ...kidForgeries,
  ...kidInjectionForgeries,
  ...embeddedKeyForgeries,
  ...remoteKeyForgeries,
  ...criticalForgeries,
  ...typeForgeries,
  ...headerForgeries,
  ...jweBombForgeries,
  ...expForgeries,
  ...nbfIatForgeries,
  ...issForgeries,
  ...audForgeries,
  ...subForgeries,
  ...subInjectionForgeries,
  ...otherClaimForgeries,
  ...tokenKindForgeries,
  ...unauthenticForgeries,
];
