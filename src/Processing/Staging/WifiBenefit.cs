namespace Vascular.Processing.Staging;

/// <summary>Estimated benefit of revascularization by WIfI, if infection can be controlled.</summary>
/// <remarks>Mills et al. 2014. [V] a Russian transcription, as recalled from the paper; a second one agrees in 61 cells and prints very low in W1, W2 and W3 at
/// I1 fI0. The grid is not monotone: W3 I1 fI2 is below W2 I1 fI2, in both.</remarks>
public static class WifiBenefit
{
    private static readonly string[] Grid =
    [
        "VVVV VLLM LLMM MHHH",
        "VVVV LMMM MHHH HHHH",
        "VVVV MMHH HHHH HHHH",
        "VVVV MMMH HHHH HHHH",
    ];

    /// <inheritdoc cref="WifiStage.Risk" path="/param"/>
    /// <inheritdoc cref="WifiStage.Risk" path="/exception"/>
    public static WifiLevel Of(int wound, int ischaemia, int infection) => WifiLevels.At(Grid, wound, ischaemia, infection);
}
