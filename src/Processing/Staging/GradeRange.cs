using System.Globalization;

namespace Vascular.Processing.Staging;

/// <summary>A grade, or the grades that a censored measurement leaves open: <c>2</c>, <c>2 or 3</c>, <c>1 to 3</c>.</summary>
/// <remarks>[D] A grade follows what is known: none is picked where two are possible.</remarks>
/// <param name="Best">Lowest grade possible.</param>
/// <param name="Worst">Highest grade possible.</param>
public readonly record struct GradeRange(int Best, int Worst)
{
    public static GradeRange Exactly(int grade) => new(grade, grade);

    /// <summary>The grade; null where more than one is possible.</summary>
    public int? Single => Best == Worst ? Best : null;

    /// <summary>No grade is in both.</summary>
    public bool IsApartFrom(GradeRange other) => Worst < other.Best || other.Worst < Best;

    public override string ToString() => (Worst - Best) switch
    {
        0 => Best.ToString(CultureInfo.InvariantCulture),
        1 => string.Create(CultureInfo.InvariantCulture, $"{Best} or {Worst}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Best} to {Worst}"),
    };
}
