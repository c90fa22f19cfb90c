namespace Vascular.Processing.Staging;

/// <summary>GLASS stage of a target arterial path, from its femoropopliteal and infrapopliteal grade.</summary>
/// <remarks>GVG 2019, PMC8365864. [V] in a public transcription, same as recalled; another public implementation agrees in 25 of 25 cells. Severe calcification adds 1 to
/// a grade before this table; inflow is assumed corrected [V].</remarks>
public static class GlassStage
{
    public const int HighestGrade = 4;

    private static readonly string[][] Grid =
    [
        ["NA", "I", "I", "II", "III"],
        ["I", "I", "II", "II", "III"],
        ["I", "II", "II", "II", "III"],
        ["II", "II", "II", "III", "III"],
        ["III", "III", "III", "III", "III"],
    ];

    /// <param name="femoropopliteal">0 to 4.</param>
    /// <param name="infrapopliteal">0 to 4.</param>
    /// <returns>I, II, III; NA where neither segment is diseased.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A grade is outside 0 to 4.</exception>
    public static string Of(int femoropopliteal, int infrapopliteal)
    {
        Check(femoropopliteal, nameof(femoropopliteal));
        Check(infrapopliteal, nameof(infrapopliteal));
        return Grid[femoropopliteal][infrapopliteal];
    }

    private static void Check(int grade, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(grade, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grade, HighestGrade, name);
    }
}
