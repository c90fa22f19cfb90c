namespace Vascular.Processing.Vocabulary;

/// <summary>One source of the uncertainty of one value. The whole is the root of the sum of their squares.</summary>
/// <remarks>Repeatability from day to day is none of them: it is a property of the method and stands beside trends.</remarks>
/// <param name="Source">One of <see cref="UncertaintySource"/>.</param>
/// <param name="HalfWidth">95 % half width, in the unit of the value, 0 or more.</param>
public readonly record struct UncertaintyPart(string Source, double HalfWidth)
{
    /// <summary>95 % half width of the whole.</summary>
    public static double Whole(IEnumerable<UncertaintyPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        double squares = 0;
        foreach (UncertaintyPart part in parts)
        {
            squares += part.HalfWidth * part.HalfWidth;
        }

        return Math.Sqrt(squares);
    }
}

/// <summary>Where uncertainty comes from.</summary>
public static class UncertaintySource
{
    /// <summary>The cuff falls between two beats: the pulse or sound that ends the measurement may come that late.</summary>
    public const string EndPointResolution = "endpoint-resolution";

    /// <summary>What noise does to the end point: the fit through the first pulses, or the scatter about a plateau.</summary>
    public const string Noise = "noise";

    /// <summary>Systolic pressure itself changes from beat to beat.</summary>
    public const string BeatToBeat = "beat-to-beat";

    /// <summary>The value still drifts at its answer.</summary>
    public const string Drift = "drift";

    /// <summary>The clock by which a person's mark was timed.</summary>
    public const string MarkClock = "mark-clock";

    /// <summary>The gauge says whole mmHg.</summary>
    public const string ReadingStep = "reading-step";

    /// <summary>Tolerance of the device.</summary>
    public const string Device = "device";

    /// <summary>What the pressure above the line brings to an index or a difference.</summary>
    public const string Numerator = "numerator";

    /// <summary>What the pressure below the line, or at rest, brings.</summary>
    public const string Denominator = "denominator";

    /// <summary>What the readings brought themselves, or how far they lie apart.</summary>
    public const string Readings = "readings";
}
