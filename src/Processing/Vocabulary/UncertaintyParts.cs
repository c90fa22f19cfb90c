using System.Collections;

namespace Vascular.Processing.Vocabulary;

/// <summary>What one uncertainty is made of; equal when the parts are, so that results stay values.</summary>
public sealed class UncertaintyParts(IReadOnlyList<UncertaintyPart> parts) : IReadOnlyList<UncertaintyPart>, IEquatable<UncertaintyParts>
{
    public int Count => parts.Count;

    public UncertaintyPart this[int index] => parts[index];

    public bool Equals(UncertaintyParts? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as UncertaintyParts);

    public override int GetHashCode() => parts.Aggregate(0, HashCode.Combine);

    public IEnumerator<UncertaintyPart> GetEnumerator() => parts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
