using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Records;

/// <summary>How patients are named at this station and in what the modalities send.</summary>
/// <param name="System">URI of who issues the identifiers this station uses; null: only an order binds a study.</param>
/// <param name="Issuer">What the modalities write as Issuer of Patient ID for the same; null: they write the URI, its last part, or nothing.</param>
public sealed record PatientNaming(string? System, string? Issuer);

/// <summary>What a readable picture says of where it was taken.</summary>
/// <param name="Instance">SOP Instance UID.</param>
/// <param name="Side">R or L; B where it names both or two different ones; null where it says none.</param>
/// <param name="BodyPart">Body Part Examined as sent.</param>
/// <param name="Patient">Patient ID as the picture itself has it; null where it has none, or nobody looked.</param>
public sealed record PictureWords(string Instance, string? Side, string? BodyPart, string? Patient = null);

/// <summary>Decides whose leg a study shows, from what its sender wrote and what this station knows. Pure; says its doubts, and leaves to a person what is not sure.</summary>
/// <remarks>The order is the surest: its Study Instance UID, then its accession number. Without one, a patient identifier that was examined here binds the patient. A side is
/// never guessed: the picture says it, or the order.</remarks>
public static class StudyBinding
{
    internal const string ByOrder = "order";
    internal const string ByIdentifier = "identifier";

    // Body Part Examined is free in practice: any of these in it means the leg or what feeds it, unless one of the others stands there, too
    private static readonly string[] OfTheLeg =
        ["LEG", "FOOT", "FEET", "ANKLE", "TOE", "HALLUX", "KNEE", "CALF", "THIGH", "FEMUR", "FEMORAL", "TIBIA", "FIBULA", "POPLIT", "PEDAL", "PLANTAR", "LOWER", "PELVIS", "ILIAC", "HIP"];

    private static readonly string[] OfAnother = ["UPPER", "ARM", "HAND", "FINGER", "WRIST", "ELBOW", "SHOULDER", "CHEST", "ABDOMEN", "NECK", "HEAD"];

    /// <summary>The defined term for an arm or a leg: it does not say which.</summary>
    private static readonly string[] OfEither = ["EXTREMITY", "EXTREMITIES", "LIMB"];

    public static StudyOwner Of(StudyHeader header, IReadOnlyList<PictureWords> pictures, StudyKin kin, PatientNaming naming)
    {
        ArgumentNullException.ThrowIfNull(naming);
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(kin);
        ExaminationOrder? order = kin.Orders.LastOrDefault(o => o.Study == header.Study) ?? (kin.Orders is [.., var newest] ? newest : null);
        Examination? examined = kin.Examined.LastOrDefault(e => e.PatientSystem == naming.System);
        StudyDoubts doubts = OfPatient(header, order, examined, naming) | OfPictures(header, pictures);
        (IReadOnlyDictionary<string, string?> sides, StudyDoubts ofSides) = SidesOf(pictures, order?.Side);
        doubts |= ofSides | BodyPartsOf(pictures);
        bool sure = (doubts & StudyDoubtWords.Open) == StudyDoubts.None && pictures.Count > 0;
        // an identifier that fits is kept as a proposal while a person looks at the doubts; one that contradicts is not
        bool proposes = (doubts & (StudyDoubts.PatientContradicts | StudyDoubts.PatientsDiffer | StudyDoubts.IssuerDiffers | StudyDoubts.SexContradicts)) == StudyDoubts.None;
        (string? system, string? value) = !proposes ? (null, null) : order is not null ? (order.PatientSystem, order.PatientValue) : (examined?.PatientSystem, examined?.PatientValue);
        return new StudyOwner(system, value, proposes ? order?.Examination : null, sure ? order is null ? ByIdentifier : ByOrder : null, sides, doubts);
    }

    private static StudyDoubts OfPatient(StudyHeader header, ExaminationOrder? order, Examination? examined, PatientNaming naming)
    {
        StudyDoubts doubts = StudyDoubts.None;
        string? sex = order?.PatientSex ?? SexOf(examined?.PatientGender);
        if (header.PatientId is null)
        {
            doubts |= StudyDoubts.PatientNotSaid;
        }
        else if (order is not null)
        {
            doubts |= order.PatientValue == header.PatientId ? StudyDoubts.None : StudyDoubts.PatientContradicts;
        }
        else if (examined is null)
        {
            doubts |= StudyDoubts.PatientUnknown;
        }

        if (header.PatientIssuer is { } issuer && (order?.PatientSystem ?? naming.System) is { } ours && issuer != naming.Issuer && !IsSameIssuer(issuer, ours))
        {
            doubts |= StudyDoubts.IssuerDiffers;
        }

        return sex is "M" or "F" && header.PatientSex is "M" or "F" && sex != header.PatientSex ? doubts | StudyDoubts.SexContradicts : doubts;
    }

    /// <summary>A UID that two patients share, by a copy that was named anew: what the study says is then said by one of its pictures alone.</summary>
    private static StudyDoubts OfPictures(StudyHeader header, IReadOnlyList<PictureWords> pictures) =>
        pictures.Select(p => p.Patient).Append(header.PatientId).OfType<string>().Distinct(StringComparer.Ordinal).Count() > 1 ? StudyDoubts.PatientsDiffer : StudyDoubts.None;

    /// <summary>A local name is compared as written; ours may be a URI that ends in it (<c>urn:oid:</c>, <c>https://…/</c>).</summary>
    internal static bool IsSameIssuer(string issuer, string ours) =>
        string.Equals(issuer, ours, StringComparison.OrdinalIgnoreCase)
        || (ours.Length > issuer.Length && ours.EndsWith(issuer, StringComparison.OrdinalIgnoreCase) && ours[^(issuer.Length + 1)] is ':' or '/');

    private static (IReadOnlyDictionary<string, string?> Sides, StudyDoubts Doubts) SidesOf(IReadOnlyList<PictureWords> pictures, string? ordered)
    {
        StudyDoubts doubts = StudyDoubts.None;
        Dictionary<string, string?> sides = [];
        foreach (PictureWords picture in pictures)
        {
            string? said = picture.Side;
            if (said == XaImage.BothSides)
            {
                sides[picture.Instance] = null;
                doubts |= StudyDoubts.SideUnclear;
                continue;
            }

            sides[picture.Instance] = said ?? ordered;
            doubts |= said is null ? ordered is null ? StudyDoubts.SideNotSaid : StudyDoubts.SideFromOrder
                : ordered is not null && said != ordered ? StudyDoubts.SideContradicts : StudyDoubts.None;
        }

        return (sides, sides.ContainsValue("R") && sides.ContainsValue("L") ? doubts | StudyDoubts.BothSides : doubts);
    }

    private static StudyDoubts BodyPartsOf(IReadOnlyList<PictureWords> pictures)
    {
        StudyDoubts doubts = StudyDoubts.None;
        foreach (PictureWords picture in pictures)
        {
            doubts |= picture.BodyPart is not { } part ? StudyDoubts.BodyPartNotSaid
                : Has(part, OfAnother) ? StudyDoubts.BodyPartElsewhere
                : Has(part, OfTheLeg) ? StudyDoubts.None
                : Has(part, OfEither) ? StudyDoubts.BodyPartNotSaid : StudyDoubts.BodyPartElsewhere;
        }

        return doubts;
    }

    private static bool Has(string part, string[] words) => words.Any(word => part.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string? SexOf(string? gender) => gender switch { "male" => "M", "female" => "F", _ => null };
}
