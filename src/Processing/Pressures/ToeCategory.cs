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

    /// <summary>The index lies under a bound that is above the limit: normal and abnormal are both possible.</summary>
    Undetermined,
}

/// <summary>Limits and words of <see cref="ToeCategory"/>.</summary>
public static class ToeCategories
{
    /// <summary>From here to 0.70 laboratories disagree. [V] 0.65 is in use elsewhere.</summary>
    public static readonly PressureIndex CutoffZoneFrom = new(65);

    /// <summary>End of the zone in which laboratories disagree: the limit of ACC/AHA. [V]</summary>
    public static readonly PressureIndex CutoffZoneTo = new(70);

    /// <summary>Above this the index is flagged as implausible. [D]</summary>
    public static readonly PressureIndex PlausibleTo = new(140);

    public static ToeCategory Of(PressureIndex index, PressureRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return index.Hundredths <= rule.ToeIndexAbnormalToHundredths ? ToeCategory.Abnormal : ToeCategory.Normal;
    }

    /// <summary>The class of every index of the range, where they have one.</summary>
    public static ToeCategory Of(IndexRange range, PressureRule rule) =>
        Of(range.Lowest, rule) == Of(range.Highest, rule) ? Of(range.Lowest, rule) : ToeCategory.Undetermined;

    public static string Word(this ToeCategory category) => category switch
    {
        ToeCategory.Normal => "normal",
        ToeCategory.Abnormal => "abnormal",
        ToeCategory.NoPulsatileSignal => "no_pulsatile_signal",
        ToeCategory.NotMeasurable => "not_measurable",
        ToeCategory.NoncompressibleToe => "noncompressible_toe",
        ToeCategory.NotComputable => "not_computable",
        ToeCategory.NotDone => "not_done",
        ToeCategory.Undetermined => "undetermined",
        _ => throw new ArgumentOutOfRangeException(nameof(category), category, "Not a category."),
    };
}
