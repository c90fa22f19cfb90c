namespace Vascular.Processing.Pressures;

/// <summary>Class of a limb by its ankle-brachial index.</summary>
public enum AnkleCategory
{
    Abnormal,
    Borderline,
    Normal,

    /// <summary>An artery that no cuff pressure closed, or an index above 1.40. Toe pressure or TBI with waveforms is required.</summary>
    Noncompressible,

    /// <summary>No flow signal at the ankle: no index, and not an index of 0.00.</summary>
    AbsentFlow,

    /// <summary>An arm or every ankle pressure is missing.</summary>
    NotComputable,

    /// <summary>The index lies in a range that reaches over a limit: more than one class is possible.</summary>
    Undetermined,
}

/// <summary>Limits and words of <see cref="AnkleCategory"/>.</summary>
/// <remarks>[V] ACC/AHA 2016 and 2024 (guideline card). Applied to the rounded index [D].</remarks>
public static class AnkleCategories
{
    /// <summary>0.90 and below is abnormal. [V]</summary>
    public static readonly PressureIndex AbnormalTo = new(90);

    /// <summary>0.91 to 0.99 is borderline. [V]</summary>
    public static readonly PressureIndex BorderlineTo = new(99);

    /// <summary>1.00 to 1.40 is normal; above it the limb is non-compressible. [V]</summary>
    public static readonly PressureIndex NormalTo = new(140);

    /// <summary>Exactly this is borderline in the wording of AHA 2012 and normal since. [V] an Italian review that restates it.</summary>
    public static readonly PressureIndex Borderline2012 = new(100);

    /// <summary>Above this, WIfI and several laboratories call the limb incompressible. [V] IWGDF; laboratory criteria.</summary>
    public static readonly PressureIndex WifiUsableTo = new(130);

    /// <summary>The class of an index by itself.</summary>
    public static AnkleCategory Of(PressureIndex index) =>
        index <= AbnormalTo ? AnkleCategory.Abnormal
        : index <= BorderlineTo ? AnkleCategory.Borderline
        : index <= NormalTo ? AnkleCategory.Normal
        : AnkleCategory.Noncompressible;

    /// <summary>The class of every index of the range, where they have one.</summary>
    public static AnkleCategory Of(IndexRange range) => Of(range.Lowest) == Of(range.Highest) ? Of(range.Lowest) : AnkleCategory.Undetermined;

    public static string Word(this AnkleCategory category) => category switch
    {
        AnkleCategory.Abnormal => "abnormal",
        AnkleCategory.Borderline => "borderline",
        AnkleCategory.Normal => "normal",
        AnkleCategory.Noncompressible => "noncompressible",
        AnkleCategory.AbsentFlow => "absent_flow",
        AnkleCategory.NotComputable => "not_computable",
        AnkleCategory.Undetermined => "undetermined",
        _ => throw new ArgumentOutOfRangeException(nameof(category), category, "Not a category."),
    };
}
