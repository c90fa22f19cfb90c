namespace Vascular.Processing.Oxygen;

/// <summary>Where a TcPO2 still on its way may settle. <b>For the screen only</b>: shown as a forecast, never a finding, never sent.</summary>
/// <param name="TensionMmHg">Where the fitted curve ends, mmHg.</param>
/// <param name="TimeConstantS">Its time constant, s.</param>
public readonly record struct ScreenForecast(double TensionMmHg, double TimeConstantS)
{
    /// <summary>The word that stands beside the number wherever it is shown.</summary>
    public const string Mark = "forecast";
}

/// <summary>Fits <c>a + b exp(-t / tau)</c> to the medians since the electrode was applied, in constant memory.</summary>
/// <remarks>[D] For each of twelve time constants from one to eight minutes the sums of least squares are carried along; the one with the smallest
/// remainder answers.</remarks>
internal sealed class PlateauForecast
{
    private const int Constants = 12;
    private const int Fewest = 18;
    private readonly double[] tau = new double[Constants];
    private readonly double[] keep = new double[Constants];
    private readonly double[] e = new double[Constants];
    private readonly double[] sumE = new double[Constants];
    private readonly double[] sumEe = new double[Constants];
    private readonly double[] sumEy = new double[Constants];
    private double sumY, sumYy;
    private int count;

    /// <param name="everyS">Time between medians, s.</param>
    public PlateauForecast(double fromS, double toS, double everyS)
    {
        double step = Elementary.Exp(Elementary.Log(toS / fromS) / (Constants - 1));
        for (int k = 0; k < Constants; k++)
        {
            tau[k] = k == 0 ? fromS : tau[k - 1] * step;
            keep[k] = Elementary.Exp(-everyS / tau[k]);
        }

        Restart();
    }

    public void Restart()
    {
        (count, sumY, sumYy) = (0, 0, 0);
        Array.Fill(e, 1);
        Array.Clear(sumE);
        Array.Clear(sumEe);
        Array.Clear(sumEy);
    }

    /// <summary>Takes one median; null stands for a stretch without a reading.</summary>
    public void Add(double? mmHg)
    {
        for (int k = 0; k < Constants; k++)
        {
            if (mmHg is { } y)
            {
                sumE[k] += e[k];
                sumEe[k] += e[k] * e[k];
                sumEy[k] += e[k] * y;
            }

            e[k] *= keep[k];
        }

        if (mmHg is { } value)
        {
            sumY += value;
            sumYy += value * value;
            count++;
        }
    }

    /// <summary>Null before three minutes of medians, and where the best fit does not end between 0 and the air point.</summary>
    public ScreenForecast? Now(double airPointMmHg)
    {
        if (count < Fewest)
        {
            return null;
        }

        ScreenForecast? best = null;
        double smallest = double.PositiveInfinity;
        for (int k = 0; k < Constants; k++)
        {
            double spread = sumEe[k] - sumE[k] * sumE[k] / count;
            double b = spread > 0 ? (sumEy[k] - sumE[k] * sumY / count) / spread : 0;
            double a = (sumY - b * sumE[k]) / count;
            double left = sumYy - a * sumY - b * sumEy[k];
            if (left < smallest)
            {
                (smallest, best) = (left, a >= 0 && a < airPointMmHg ? new ScreenForecast(a, tau[k]) : null);
            }
        }

        return best;
    }
}
