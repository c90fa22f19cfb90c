namespace Vascular.Processing.Staging;

/// <summary>Which scale a reader's score is on. Two scales have the name MAC and are never converted into each other.</summary>
public enum ScoreScale
{
    /// <summary>Small artery disease on foot angiography, 0 to 2. [S]</summary>
    SmallArteryDisease,

    /// <summary>Medial artery calcification on the plain foot film after Ferraresi, 0 to 2. [S]; its exact limits were not verified: the paper must be read first.</summary>
    CalcificationFerraresi,

    /// <summary>Pedal medial artery calcification, 0 to 5, a point for each of five territories. [V] Liu, J Vasc Surg 2022;75:270</summary>
    CalcificationPedal,
}

/// <summary>A score that a reader entered, with its scale. Nothing is computed from pictures, and nothing is converted.</summary>
/// <remarks>SAD [S]: 0 absent; 1 narrow but patent arch, metatarsal and digital arteries; 2 occluded or extremely poor. MAC [S]: 0 absent, 1 moderate, 2 severe (in the seed's
/// figure into the digital arteries).</remarks>
public sealed record ReaderScore
{
    private static readonly (string Name, int Highest)[] Scales = [("sad_0_2", 2), ("mac_ferraresi_0_2", 2), ("mac_pedal_0_5", 5)];

    /// <param name="words">What the reader wrote beside it; may be empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The score is outside its scale.</exception>
    public ReaderScore(ScoreScale scale, int score, string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfNegative(score);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(score, Scales[(int)scale].Highest);
        (Scale, Score, Words) = (scale, score, words);
    }

    /// <summary>The scales that are read on images of a modality: SAD on angiograms (XA), MAC on plain films (DX, CR); on anything else none.</summary>
    public static IReadOnlyList<ScoreScale> ScalesOn(string? modality) => modality switch
    {
        "XA" => [ScoreScale.SmallArteryDisease],
        "DX" or "CR" => [ScoreScale.CalcificationFerraresi, ScoreScale.CalcificationPedal],
        _ => [],
    };

    /// <summary>Name of a scale, stored with each score on it.</summary>
    public static string NameOf(ScoreScale scale) => Scales[(int)scale].Name;

    /// <summary>Highest score of a scale; the lowest is 0.</summary>
    public static int HighestOf(ScoreScale scale) => Scales[(int)scale].Highest;

    public ScoreScale Scale { get; }

    public int Score { get; }

    public string Words { get; }

    /// <summary>Name of the scale, stored with the score: <c>mac_ferraresi_0_2</c>.</summary>
    public string ScaleName => Scales[(int)Scale].Name;

    /// <summary>Score of its scale's name; null when the name or the number is none.</summary>
    public static ReaderScore? TryOf(string scaleName, int score, string words)
    {
        int scale = Array.FindIndex(Scales, s => s.Name == scaleName);
        return scale >= 0 && score >= 0 && score <= Scales[scale].Highest ? new((ScoreScale)scale, score, words) : null;
    }
}
