namespace Vascular.Processing.Angiography;

/// <summary>How stored pixel values follow the X-ray intensity (DICOM Pixel Intensity Relationship, 0028,1040).</summary>
public enum IntensityRelationship
{
    /// <summary>Not said by the series.</summary>
    Unknown,

    /// <summary>LIN: proportional to the intensity; the logarithm is taken here.</summary>
    Linear,

    /// <summary>LOG: proportional to the logarithm of the intensity; subtracted as it is.</summary>
    Logarithmic,

    /// <summary>DISP: prepared for display, not to be measured.</summary>
    Display,
}

/// <summary>Stored pixel values to logarithmic intensity, in which contrast medium subtracts (Beer and Lambert).</summary>
/// <remarks>LIN gives natural logarithms, so that a density of 1 lets through a share of 1/e. LOG stays in the stored unit, whose size the maker chose:
/// densities of such runs compare only with themselves. A stored 0 counts as one half, since its logarithm does not exist; it is also the end of the range.</remarks>
public sealed class IntensityScale
{
    /// <summary>The highest stored value that can occur plus one.</summary>
    private const int Values = 1 << 16;

    private readonly float[] logOf;

    private readonly int floor;
    private readonly int ceiling;

    private IntensityScale(float[] logOf, IntensityRelationship relationship, int lowest, int highest, int floor, int ceiling) =>
        (this.logOf, Relationship, Lowest, Highest, this.floor, this.ceiling) = (logOf, relationship, lowest, highest, floor, ceiling);

    public IntensityRelationship Relationship { get; }

    /// <summary>Lowest value of the stored range.</summary>
    public int Lowest { get; }

    /// <summary>Highest value of the stored range, 2^bits - 1.</summary>
    public int Highest { get; }

    /// <summary>Whether densities are natural logarithms.</summary>
    public bool IsNatural => Relationship == IntensityRelationship.Linear;

    /// <param name="bitsStored">Bits Stored (0028,0101), 1 to 16; pixels are unsigned (XA: Pixel Representation 0).</param>
    /// <param name="falls">Higher values mean less intensity (Pixel Intensity Relationship Sign -1, PS3.3 C.8.11.3.1.2). A logarithm turns round without loss; a straight line
    /// does not, since where it meets darkness is not said.</param>
    /// <exception cref="ArgumentException">The relationship is neither LIN nor LOG, or LIN that falls.</exception>
    public static IntensityScale Of(IntensityRelationship relationship, int bitsStored, bool falls = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bitsStored, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bitsStored, 16);
        if (relationship is not (IntensityRelationship.Linear or IntensityRelationship.Logarithmic))
        {
            throw new ArgumentException("Densities exist only for LIN and LOG pixels.", nameof(relationship));
        }

        if (falls && relationship == IntensityRelationship.Linear)
        {
            throw new ArgumentException("LIN values that fall with the intensity have no known zero.", nameof(falls));
        }

        int highest = (1 << bitsStored) - 1;
        float[] logOf = new float[Values];
        for (int value = 0; value < Values; value++)
        {
            logOf[value] = relationship == IntensityRelationship.Linear ? (float)Elementary.Log(Math.Max(value, 0.5)) : falls ? highest - value : value;
        }

        return new IntensityScale(logOf, relationship, 0, highest, 0, highest);
    }

    /// <summary>Logarithmic intensity of a stored value.</summary>
    public float this[ushort stored] => logOf[stored];

    /// <summary>The same scale for values that end inside the stored range.</summary>
    public IntensityScale EndingAt(int floor, int ceiling) => new(logOf, Relationship, Lowest, Highest, floor, ceiling);

    /// <summary>Whether a stored value stands at an end of the range.</summary>
    public bool IsSaturated(ushort stored) => stored <= floor || stored >= ceiling;
}
