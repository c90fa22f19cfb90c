namespace Vascular.Processing.Pressures;

/// <summary>Class of a toe by its toe-brachial index. There are no agreed severity classes: a toe is graded by its pressure.</summary>
public enum ToeCategory
{
    Normal,
    Abnormal,

    /// <summary>No pulsatile signal at rest: not measured by this method, and not 0.</summary>
    NoPulsatileSignal,

    /// <summary>The toe is missing, or its pressure could not be taken.</summary>
    NotMeasurable,

    /// <summary>The digital artery was not occluded at the cuff limit.</summary>
    NoncompressibleToe,

    /// <summary>No arm pressure: the toe pressure stands alone.</summary>
    NotComputable,

    NotDone,
}

/// <summary>Limits and words of <see cref="ToeCategory"/>.</summary>
public static class ToeCategories
{
    /// <summary>0.70 and below is abnormal. [V] ACC/AHA 2016 and 2024.</summary>
    public static readonly PressureIndex AbnormalTo = new(70);

    /// <summary>From here to <see cref="AbnormalTo"/> laboratories disagree. [V] 0.65 is in use elsewhere.</summary>
    public static readonly PressureIndex CutoffZoneFrom = new(65);

    /// <summary>Above this the index is flagged as implausible. [D]</summary>
    public static readonly PressureIndex PlausibleTo = new(140);

    public static ToeCategory Of(PressureIndex index) => index <= AbnormalTo ? ToeCategory.Abnormal : ToeCategory.Normal;

    public static string Word(this ToeCategory category) => category switch
    {
        ToeCategory.Normal => "normal",
        ToeCategory.Abnormal => "abnormal",
        ToeCategory.NoPulsatileSignal => "no_pulsatile_signal",
        ToeCategory.NotMeasurable => "not_measurable",
        ToeCategory.NoncompressibleToe => "noncompressible_toe",
        ToeCategory.NotComputable => "not_computable",
        ToeCategory.NotDone => "not_done",
        _ => throw new ArgumentOutOfRangeException(nameof(category), category, "Not a category."),
    };
}
