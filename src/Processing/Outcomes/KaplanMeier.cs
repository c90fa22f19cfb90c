using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Outcomes;

/// <summary>A survival curve read at one time.</summary>
/// <param name="Survival">Share without the event, 0 to 1; exact to the digits of a decimal.</param>
/// <param name="Lower">Lower 95 % bound of <paramref name="Survival"/>; null where none can be stated (no event yet, or nobody left without one).</param>
/// <param name="Upper">Upper bound.</param>
/// <param name="AtRiskAfter">Subjects under observation just after the time; one censored exactly then counts.</param>
/// <param name="EventsToDate">Events up to and at the time.</param>
public readonly record struct SurvivalEstimate(decimal Survival, double? Lower, double? Upper, long AtRiskAfter, long EventsToDate);

/// <summary>The product-limit estimator of Kaplan and Meier.</summary>
/// <remarks>At equal times events come before censoring; a step function whose value at t includes events at t; Greenwood's variance with a log-log 95 %
/// interval [D]: <c>S^exp(±z·se)</c>, <c>se = sqrt(Σ d / (n (n − d))) / |ln S|</c>. Subjects are counted by their time, so memory grows with the number of different times
/// and not with the number of subjects.</remarks>
public sealed class KaplanMeier
{
    private readonly SortedDictionary<WrittenNumber, (long Events, long Censored)> times = [];

    /// <summary>Subjects so far.</summary>
    public long Subjects { get; private set; }

    /// <summary>Different times so far.</summary>
    public int Times => times.Count;

    /// <param name="time">Time of the event or of the end of observation, 0 or more, in any one unit.</param>
    public void Add(WrittenNumber time, bool isEvent)
    {
        if (time.IsNegative)
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, "A time is 0 or more.");
        }

        (long events, long censored) = times.GetValueOrDefault(time);
        times[time] = isEvent ? (events + 1, censored) : (events, censored + 1);
        Subjects++;
    }

    /// <summary>The curve at a time; null without subjects.</summary>
    public SurvivalEstimate? At(WrittenNumber time, SurvivalRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (Subjects == 0)
        {
            return null;
        }

        decimal survival = 1;
        double greenwood = 0;
        long atRisk = Subjects, eventsToDate = 0, censoredNow = 0;
        foreach ((WrittenNumber at, (long events, long censored)) in times)
        {
            if (at > time)
            {
                break;
            }

            survival = survival * (atRisk - events) / atRisk;
            greenwood += atRisk > events ? events / ((double)atRisk * (atRisk - events)) : 0;
            atRisk -= events + censored;
            eventsToDate += events;
            censoredNow = at == time ? censored : 0;
        }

        (double? lower, double? upper) = Interval((double)survival, greenwood, rule.NormalDeviate);
        return new SurvivalEstimate(survival, lower, upper, atRisk + censoredNow, eventsToDate);
    }

    private static (double? Lower, double? Upper) Interval(double survival, double greenwood, double z)
    {
        if (!(survival > 0 && survival < 1))
        {
            return (null, null);
        }

        double log = Elementary.Log(survival);
        double width = z * Math.Sqrt(greenwood) / -log;
        return (Elementary.Exp(log * Elementary.Exp(width)), Elementary.Exp(log * Elementary.Exp(-width)));
    }
}
