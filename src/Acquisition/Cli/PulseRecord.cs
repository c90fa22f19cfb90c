using Vascular.Acquisition.Examinations;
using Vascular.Processing.Signals;
using Vascular.Processing.Waveforms;

namespace Vascular.Acquisition.Cli;

/// <summary>A whole recording of a plethysmogram: its beats, and one word about it from ten-second windows taken every five seconds.</summary>
internal sealed class PulseRecord(double rateHz)
{
    private const double EverySeconds = 5;
    private const double FirstSeconds = 10;
    private const double Nearly = 0.9;
    private const int FewestBeats = 5;

    private readonly BeatDetector detector = new(rateHz);
    private readonly PulseWindow window = new(rateHz);
    private readonly DicroticNotch notch = new(ClinicalRules.Default.Flatness, rateHz);
    private readonly FeatureFollower follower = new(rateHz);
    private readonly List<PulseFeatures> features = [];
    private readonly List<Beat> beats = [];
    private readonly List<PulseWord> words = [];
    private readonly List<double> smallest = [];
    private long nextWord = (long)(FirstSeconds * rateHz);

    public IReadOnlyList<Beat> Beats => beats;

    /// <summary>Measures of the pulses that another one closed.</summary>
    public IReadOnlyList<PulseFeatures> Features => features;

    /// <summary>Whether the pulses have a dicrotic notch; null where there are too few of them, or none.</summary>
    public bool? Notch => Word == PulseWord.Pulsatile ? notch.IsThere : null;

    /// <summary>Share of the judged beats that are like the ones before them; null where none was judged.</summary>
    public double? Quality => beats.Count(b => b.Quality.HasValue) is var judged and > 0 ? beats.Count(b => b.Quality >= Beat.GoodQuality) / (double)judged : null;

    /// <summary>Pulsatile or nonpulsatile where nearly all readable windows say so, and the beats with them; unreadable in every doubt.</summary>
    public PulseWord Word
    {
        get
        {
            List<PulseWord> all = words.Count > 0 ? words : [window.Word];
            int readable = all.Count(w => w != PulseWord.Unreadable);
            if (2 * readable <= all.Count)
            {
                return PulseWord.Unreadable;
            }

            bool beating = beats.Count >= FewestBeats && Quality >= Nearly;
            return beating && all.Count(w => w == PulseWord.Pulsatile) >= Nearly * readable ? PulseWord.Pulsatile
                : !beating && all.Count(w => w == PulseWord.Nonpulsatile) >= Nearly * readable ? PulseWord.Nonpulsatile
                : PulseWord.Unreadable;
        }
    }

    /// <summary>Largest of the windows' smallest visible pulses, in the unit of the samples: what a flat recording would have shown. Null where no window was nonpulsatile.</summary>
    public double? SmallestVisiblePulse => smallest.Count > 0 ? smallest.Max() : window.SmallestVisiblePulse;

    public void Add(double sample)
    {
        window.Add(sample);
        follower.Add(sample);
        notch.Add(sample);
        if (detector.TryNext(sample, out Beat beat))
        {
            beats.Add(beat);
            if (follower.TryClose(beat, out PulseFeatures closed))
            {
                features.Add(closed);
            }
            notch.Add(beat);
        }

        if (detector.Count >= nextWord)
        {
            nextWord += (long)(EverySeconds * rateHz);
            words.Add(window.Word);
            if (window is { Word: PulseWord.Nonpulsatile, SmallestVisiblePulse: { } seen })
            {
                smallest.Add(seen);
            }
        }
    }
}
