namespace Vascular.Processing.Staging;

/// <summary>WIfI clinical stage: estimated risk of major amputation at one year.</summary>
/// <remarks>Mills et al., J Vasc Surg 2014;59:220. [V] 64 of 64 cells in five public transcriptions (one names GVG 2019 table 3.5), but that the one naming Mills prints 5
/// for W3 I3 fI3. Stage 5 is an unsalvageable foot: a clinician's statement, never computed.</remarks>
public static class WifiStage
{
    private static readonly string[] Grid =
    [
        "VVLM VLMH LLMH LMMH",
        "VVLM VLMH LMHH MMHH",
        "LLMH MMHH MHHH HHHH",
        "MMHH HHHH HHHH HHHH",
    ];

    /// <param name="wound">W, 0 to 3.</param>
    /// <param name="ischaemia">I, 0 to 3.</param>
    /// <param name="infection">fI, 0 to 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">A grade is outside 0 to 3.</exception>
    public static WifiLevel Risk(int wound, int ischaemia, int infection) => WifiLevels.At(Grid, wound, ischaemia, infection);

    /// <summary>1 to 4.</summary>
    public static int Of(WifiLevel risk) => (int)risk + 1;
}
