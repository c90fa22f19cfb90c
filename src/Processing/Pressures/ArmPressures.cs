namespace Vascular.Processing.Pressures;

/// <summary>Systolic pressures of both arms: the denominator of every index.</summary>
/// <remarks>[V] SVU performance guideline: both arms are taken and the higher one counts.</remarks>
public sealed record ArmPressures
{
    /// <summary>Above this difference the first arm is repeated and its first reading discarded. [V] summaries of AHA 2012.</summary>
    public const int RepeatAboveMmHg = 10;

    /// <summary>From this difference on, subclavian stenosis is suspected. [V] "exceeds 15" in a summary; [D] for the equal sign.</summary>
    public const int SuspectFromMmHg = 15;

    /// <param name="right">Printed mmHg, 1 to <see cref="VesselPressure.HighestMmHg"/>; null when that arm could not be used (fistula, line, not done).</param>
    /// <param name="left">The same, left.</param>
    /// <exception cref="ArgumentOutOfRangeException">A pressure is outside its range. An arm at 0 cannot be a denominator: say null.</exception>
    public ArmPressures(int? right, int? left)
    {
        Check(right, nameof(right));
        Check(left, nameof(left));
        (Right, Left) = (right, left);
    }

    public int? Right { get; }

    public int? Left { get; }

    /// <summary>The denominator: the higher arm, mmHg; the only one where one is missing [D]; null without any.</summary>
    public int? Used => Right is { } right && Left is { } left ? Math.Max(right, left) : Right ?? Left;

    public bool Single => Right is null != Left is null;

    /// <summary>Difference between the arms, mmHg, 0 or more; null unless both are known.</summary>
    public int? Difference => Right is { } right && Left is { } left ? Math.Abs(right - left) : null;

    private static void Check(int? mmHg, string name)
    {
        if (mmHg is < 1 or > VesselPressure.HighestMmHg)
        {
            throw new ArgumentOutOfRangeException(name, mmHg, $"An arm pressure is 1 to {VesselPressure.HighestMmHg} mmHg, or null.");
        }
    }
}
