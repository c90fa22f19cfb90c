namespace Vascular.Processing.Staging;

/// <summary>How much a disagreement of two readers counts, by the distance of their categories.</summary>
public enum AgreementWeights
{
    /// <summary>Any disagreement counts whole: Cohen's kappa.</summary>
    None,

    /// <summary>In proportion to the distance.</summary>
    Linear,

    /// <summary>By the square of the distance.</summary>
    Quadratic,
}

/// <summary>Cohen's weighted kappa of two readers over one set of cases: agreement beyond what their own habits would bring by chance.</summary>
/// <remarks>Kappa: Cohen, Psychol Bull 1968;70:213. Its standard error for an interval: Fleiss, Cohen and Everitt, Psychol Bull 1969;72:323 (large samples). Which weights were
/// used belongs to the number: linear and quadratic kappas of the same readers differ.</remarks>
/// <param name="Cases">Cases that both read.</param>
/// <param name="Observed">Weighted share of agreement, 0 to 1.</param>
/// <param name="Expected">The share chance would bring.</param>
/// <param name="Kappa">At most 1; null where chance alone would bring full agreement (both readers used one and the same category throughout): kappa does not exist there.</param>
/// <param name="StandardError">Null where kappa is.</param>
public readonly record struct ReaderAgreement(AgreementWeights Weights, int Cases, double Observed, double Expected, double? Kappa, double? StandardError)
{
    private const double Half95 = 1.959963984540054;

    /// <summary>95 % interval, never above 1; null where kappa is.</summary>
    public (double Low, double High)? Interval => Kappa is { } kappa && StandardError is { } error ? (Math.Max(-1, kappa - Half95 * error), Math.Min(1, kappa + Half95 * error)) : null;

    /// <param name="counts">Square table: rows the first reader's category, columns the second's, from the lowest up.</param>
    /// <exception cref="ArgumentException">The table is not square, has fewer than two categories, a negative count or no case.</exception>
    public static ReaderAgreement Of(int[][] counts, AgreementWeights weights)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int categories = counts.Length;
        if (categories < 2 || counts.Any(row => row.Length != categories || row.Any(n => n < 0)))
        {
            throw new ArgumentException("Agreement needs a square table of two categories or more, without negative counts.", nameof(counts));
        }

        int cases = counts.Sum(row => row.Sum());
        if (cases == 0)
        {
            throw new ArgumentException("Agreement needs a case that both have read.", nameof(counts));
        }

        double Weight(int i, int j)
        {
            double apart = Math.Abs(i - j) / (double)(categories - 1);
            return weights switch { AgreementWeights.Linear => 1 - apart, AgreementWeights.Quadratic => 1 - apart * apart, _ => i == j ? 1 : 0 };
        }

        double[] rows = [.. counts.Select(row => row.Sum() / (double)cases)];
        double[] columns = [.. Enumerable.Range(0, categories).Select(j => counts.Sum(row => row[j]) / (double)cases)];
        double observed = 0, expected = 0;
        double[] rowWeight = new double[categories], columnWeight = new double[categories];
        for (int i = 0; i < categories; i++)
        {
            for (int j = 0; j < categories; j++)
            {
                observed += Weight(i, j) * counts[i][j] / cases;
                expected += Weight(i, j) * rows[i] * columns[j];
                rowWeight[i] += Weight(i, j) * columns[j];
                columnWeight[j] += Weight(i, j) * rows[i];
            }
        }

        double left = 1 - expected;
        if (!(left > 1e-12))
        {
            return new(weights, cases, observed, expected, null, null);
        }

        double squares = 0;
        for (int i = 0; i < categories; i++)
        {
            for (int j = 0; j < categories; j++)
            {
                double term = Weight(i, j) * left - (rowWeight[i] + columnWeight[j]) * (1 - observed);
                squares += counts[i][j] / (double)cases * term * term;
            }
        }

        double middle = observed * expected - 2 * expected + observed;
        double error = Math.Sqrt(Math.Max(0, squares - middle * middle) / cases) / (left * left);
        return new(weights, cases, observed, expected, (observed - expected) / left, error);
    }
}
