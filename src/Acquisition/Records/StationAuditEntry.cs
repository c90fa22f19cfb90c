using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vascular.Acquisition.Records;

/// <summary>What was done to the station itself, by whom and when: it belongs to no examination. Written before it takes force, never changed.</summary>
public sealed class StationAuditEntry
{
    public long Id { get; init; }

    public required long AtUtcNs { get; init; }

    /// <summary>Who, as far as the station can know.</summary>
    public required string User { get; init; }

    public required string Action { get; init; }

    /// <summary>Canonical JSON.</summary>
    public required string Detail { get; init; }

    internal sealed class Map : IEntityTypeConfiguration<StationAuditEntry>
    {
        public void Configure(EntityTypeBuilder<StationAuditEntry> builder) => builder.ToTable("StationAudit").HasKey(e => e.Id);
    }
}
