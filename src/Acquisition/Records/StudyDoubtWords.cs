namespace Vascular.Acquisition.Records;

/// <summary>Doubts in words for a page and for lines of text.</summary>
public static class StudyDoubtWords
{
    /// <summary>Those that keep a study on the list "to be bound" until a person has looked.</summary>
    public const StudyDoubts Open = StudyDoubts.PatientNotSaid | StudyDoubts.PatientUnknown | StudyDoubts.PatientContradicts | StudyDoubts.PatientsDiffer | StudyDoubts.IssuerDiffers | StudyDoubts.SexContradicts
        | StudyDoubts.SideNotSaid | StudyDoubts.SideUnclear | StudyDoubts.SideContradicts | StudyDoubts.BodyPartElsewhere;

    private static readonly (StudyDoubts Doubt, string Words)[] All =
    [
        (StudyDoubts.PatientNotSaid, "the study names no patient"),
        (StudyDoubts.PatientUnknown, "no examination here is of this patient"),
        (StudyDoubts.PatientContradicts, "the order names another patient"),
        (StudyDoubts.PatientsDiffer, "its pictures name different patients"),
        (StudyDoubts.IssuerDiffers, "the patient identifier is of another issuer"),
        (StudyDoubts.SexContradicts, "the sex is another than the patient's here"),
        (StudyDoubts.SideNotSaid, "a picture names no side"),
        (StudyDoubts.SideUnclear, "a picture names both legs, or two different ones"),
        (StudyDoubts.SideContradicts, "the order says the other side"),
        (StudyDoubts.SideFromOrder, "the side is the order's, the pictures name none"),
        (StudyDoubts.BothSides, "both legs are in the study"),
        (StudyDoubts.BodyPartNotSaid, "a picture names no body part"),
        (StudyDoubts.BodyPartElsewhere, "a picture is said to show another part of the body"),
        (StudyDoubts.SideOverruled, "a picture says another side than the person who bound it"),
        (StudyDoubts.CameAfterBinding, "pictures came, or what they say changed, after the study was bound"),
    ];

    public static IReadOnlyList<string> Of(StudyDoubts doubts) => [.. All.Where(d => doubts.HasFlag(d.Doubt)).Select(d => d.Words)];
}
