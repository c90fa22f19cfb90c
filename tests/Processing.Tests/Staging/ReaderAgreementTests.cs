using Vascular.Processing.Staging;

namespace Vascular.Processing.Tests.Staging;

/// <summary>Weighted kappa against worked examples that others have published.</summary>
public class ReaderAgreementTests
{
    /// <summary>85 xeromammograms read by two radiologists (Boyd et al., J Natl Cancer Inst 1982), as worked in the Stata Base Reference Manual, entry kappa.</summary>
    private static readonly int[][] Mammograms = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]];

    /// <summary>91 couples, four answers (Agresti 1990, table 2.10), as worked in R's vcd package (Kappa, data set SexualFun), equal-spacing weights.</summary>
    private static readonly int[][] Couples = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]];

    [Theory]
    [InlineData(AgreementWeights.None, 0.6353, 0.3082, 0.4728)]
    [InlineData(AgreementWeights.Linear, 0.8667, 0.6911, 0.5684)]
    [InlineData(AgreementWeights.Quadratic, 0.9477, 0.8409, 0.6714)]
    public void Two_radiologists_agree_as_the_manual_says(AgreementWeights weights, double observed, double expected, double kappa)
    {
        ReaderAgreement agreement = ReaderAgreement.Of(Mammograms, weights);
        Assert.Equal(85, agreement.Cases);
        Assert.Equal(observed, agreement.Observed, 4);
        Assert.Equal(expected, agreement.Expected, 4);
        Assert.Equal(kappa, agreement.Kappa!.Value, 4);
    }

    [Theory]
    [InlineData(AgreementWeights.None, 0.1293, 0.0686)]
    [InlineData(AgreementWeights.Linear, 0.2374, 0.0783)]
    public void The_standard_error_is_that_of_an_interval_and_not_of_the_null(AgreementWeights weights, double kappa, double error)
    {
        ReaderAgreement agreement = ReaderAgreement.Of(Couples, weights);
        Assert.Equal(kappa, agreement.Kappa!.Value, 4);
        Assert.Equal(error, agreement.StandardError!.Value, 4);
        Assert.Equal(kappa - 1.96 * error, agreement.Interval!.Value.Low, 3);
    }

    [Fact]
    public void Full_agreement_is_1_and_one_category_alone_has_no_kappa()
    {
        ReaderAgreement full = ReaderAgreement.Of([[5, 0, 0], [0, 7, 0], [0, 0, 3]], AgreementWeights.Linear);
        Assert.Equal(1, full.Kappa!.Value, 12);
        Assert.Equal(0, full.StandardError!.Value, 6);
        Assert.InRange(full.Interval!.Value.High, 0.999999, 1);
        ReaderAgreement one = ReaderAgreement.Of([[9, 0, 0], [0, 0, 0], [0, 0, 0]], AgreementWeights.Linear);
        Assert.Equal((9, 1.0, null, null), (one.Cases, one.Observed, one.Kappa, one.Interval));
        Assert.Throws<ArgumentException>(() => ReaderAgreement.Of([[1, 2], [3]], AgreementWeights.None));
        Assert.Throws<ArgumentException>(() => ReaderAgreement.Of([[0, 0], [0, 0]], AgreementWeights.None));
        Assert.Throws<ArgumentException>(() => ReaderAgreement.Of([[1]], AgreementWeights.None));
    }
}
