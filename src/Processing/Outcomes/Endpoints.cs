using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Outcomes;

/// <summary>One subject's course after the procedure, in months. Null = did not happen.</summary>
/// <param name="Healed">First complete closure of the wound.</param>
/// <param name="MajorAmputation">Of the index limb, at the ankle or above. [V] PARC table 6</param>
/// <param name="Death">Of any cause.</param>
/// <param name="FollowUpEnd">End of observation; the month of the death or amputation when there was one.</param>
public readonly record struct SubjectCourse(WrittenNumber? Healed, WrittenNumber? MajorAmputation, WrittenNumber? Death, WrittenNumber FollowUpEnd)
{
    /// <summary>Which of the months cannot be, and why; null where the course is possible.</summary>
    public (string Event, string Why)? Contradiction
    {
        get
        {
            foreach ((WrittenNumber? month, string name) in new[] { (Healed, "healed"), (MajorAmputation, "major_amputation"), (Death, "death") })
            {
                if (month > FollowUpEnd)
                {
                    return (name, $"{month} is after the end of follow-up at {FollowUpEnd}");
                }
            }

            return Death < FollowUpEnd ? ("death", $"{Death} is before the end of follow-up at {FollowUpEnd}")
                : Healed > MajorAmputation ? ("healed", $"{Healed} is after the major amputation at {MajorAmputation}")
                : null;
        }
    }
}

/// <summary>The three endpoints of the registry, each a curve over the same subjects.</summary>
/// <remarks>Amputation-free survival: death or major amputation of the index limb, the first of both [V] PROMISE II. Limb salvage: major amputation, everything else
/// censors; complete wound healing: first closure, the end of follow-up censors, shown as 1 - KM [D], both reproduce the registry.</remarks>
public sealed class Endpoints
{
    public KaplanMeier AmputationFreeSurvival { get; } = new();

    public KaplanMeier LimbSalvage { get; } = new();

    public KaplanMeier WoundHealing { get; } = new();

    /// <param name="subject">A course without <see cref="SubjectCourse.Contradiction"/>.</param>
    public void Add(in SubjectCourse subject)
    {
        WrittenNumber? first = subject.Death < subject.MajorAmputation ? subject.Death : subject.MajorAmputation ?? subject.Death;
        AmputationFreeSurvival.Add(first ?? subject.FollowUpEnd, first is not null);
        LimbSalvage.Add(subject.MajorAmputation ?? subject.FollowUpEnd, subject.MajorAmputation is not null);
        WoundHealing.Add(subject.Healed ?? subject.FollowUpEnd, subject.Healed is not null);
    }
}
