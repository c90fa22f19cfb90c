using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vascular.Acquisition.Records;

/// <summary>The home database of examinations: what was accepted, who did it, what is owed to whom.</summary>
public sealed class RecordContext(DbContextOptions<RecordContext> options) : DbContext(options)
{
    public DbSet<Examination> Examinations => Set<Examination>();

    public DbSet<AcceptedFinding> AcceptedFindings => Set<AcceptedFinding>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    public DbSet<OutboxConsumer> OutboxConsumers => Set<OutboxConsumer>();

    public DbSet<OutboxAttempt> OutboxAttempts => Set<OutboxAttempt>();

    public DbSet<OutboxCounter> OutboxCounters => Set<OutboxCounter>();

    public DbSet<FrameScore> FrameScores => Set<FrameScore>();

    public DbSet<KeptAnalysis> KeptAnalyses => Set<KeptAnalysis>();

    public DbSet<ArchivedStudy> ArchivedStudies => Set<ArchivedStudy>();

    public DbSet<ArchivedPicture> ArchivedPictures => Set<ArchivedPicture>();

    public DbSet<StudyEvent> StudyEvents => Set<StudyEvent>();

    public DbSet<ChangePosition> ChangePositions => Set<ChangePosition>();

    public DbSet<ExaminationOrder> ExaminationOrders => Set<ExaminationOrder>();

    public DbSet<ReturnedResult> ReturnedResults => Set<ReturnedResult>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<Examination>().HasKey(e => e.Id);
        modelBuilder.Entity<AcceptedFinding>(finding =>
        {
            finding.HasKey(f => new { f.Examination, f.Finding });
            finding.Property(f => f.State).HasConversion<string>();
            OfExamination(finding.HasOne<Examination>().WithMany().HasForeignKey(f => f.Examination));
        });
        modelBuilder.Entity<AuditEntry>(audit =>
        {
            audit.HasKey(a => a.Id);
            audit.HasIndex(a => new { a.Examination, a.Key }).IsUnique();
            OfExamination(audit.HasOne<Examination>().WithMany().HasForeignKey(a => a.Examination));
        });
        modelBuilder.Entity<OutboxRow>(row =>
        {
            row.HasKey(r => r.Sequence);
            row.Property(r => r.Sequence).ValueGeneratedNever();
            row.Property(r => r.State).HasConversion<string>();
            row.HasIndex(r => r.MessageId).IsUnique();
            row.Property(r => r.Part).HasDefaultValue(1);
            row.Property(r => r.Parts).HasDefaultValue(1);
            row.HasIndex(r => new { r.Examination, r.ResultVersion, r.Part }).IsUnique();
            row.HasIndex(r => r.State);
            row.HasMany(r => r.Consumers).WithOne().HasForeignKey(c => c.Sequence).OnDelete(DeleteBehavior.Cascade);
            OfExamination(row.HasOne<Examination>().WithMany().HasForeignKey(r => r.Examination));
        });
        modelBuilder.Entity<OutboxConsumer>(consumer =>
        {
            consumer.HasKey(c => new { c.Sequence, c.Consumer });
            consumer.Property(c => c.State).HasConversion<string>();
        });
        modelBuilder.Entity<OutboxAttempt>(attempt =>
        {
            attempt.HasKey(a => a.Id);
            attempt.HasOne<OutboxRow>().WithMany().HasForeignKey(a => a.Sequence).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<OutboxCounter>().HasKey(c => c.Name);
        modelBuilder.ApplyConfiguration(new StationAuditEntry.Map());
        modelBuilder.ApplyConfiguration(new LimbEntryTable());
        modelBuilder.ApplyConfiguration(new FrameScore.Table());
        modelBuilder.ApplyConfiguration(new KeptAnalysis.Table());
        modelBuilder.ApplyConfiguration(new ArchivedStudy.Table());
        modelBuilder.ApplyConfiguration(new ArchivedPicture.Table());
        modelBuilder.ApplyConfiguration(new StudyEvent.Table());
        modelBuilder.ApplyConfiguration(new ChangePosition.Table());
        modelBuilder.ApplyConfiguration(new ExaminationOrder.Table());
        modelBuilder.ApplyConfiguration(new ReturnedResult.Table());
    }

    /// <summary>Nothing of an examination disappears with a wrong delete.</summary>
    private static void OfExamination<TDependent>(ReferenceCollectionBuilder<Examination, TDependent> relation)
        where TDependent : class => relation.OnDelete(DeleteBehavior.Restrict);
}
