namespace Vascular.Processing.Pressures;

/// <summary>Constants of what is made of cuff pressures, where laboratories differ or this project had to choose.</summary>
public sealed record PressureRule
{
    /// <summary>A toe-brachial index up to this is abnormal, hundredths. [V] 0.70 ACC/AHA 2016 and 2024; 0.64 to 0.66 and 0.60 are in use elsewhere.</summary>
    public required int ToeIndexAbnormalToHundredths { get; init; }

    /// <summary>A fall by this or more between neighbouring levels of a limb suggests disease between them, mmHg. [V] angiologist.com; 30 in textbooks [R].</summary>
    public required int SegmentDropMmHg { get; init; }

    /// <summary>A difference by this or more between the sides at one level suggests disease of the lower side, mmHg. [V] angiologist.com; 30 in textbooks [R].</summary>
    public required int SideDifferenceMmHg { get; init; }

    /// <summary>Two readings further apart than this ask for a third, mmHg. [D]</summary>
    public required int ReadingsApartMmHg { get; init; }

    /// <summary>Exercise: a fall of the ankle pressure by more than this is positive, mmHg. [V] a review restating AHA 2012.</summary>
    public required int ExerciseFallMmHg { get; init; }

    /// <summary>Exercise: a fall of the ankle-brachial index by more than this share of its resting value is positive, %. [V] same.</summary>
    public required int ExerciseFallPercent { get; init; }

    /// <summary>Below this skin temperature a toe is cold, °C: routine readings were 10 mmHg low when the toe began below 30. [D] from Sawka and Carter 1992 [V].</summary>
    public required double ColdToeCelsius { get; init; }
}
