extension IrisFiles {
    /// Four rounds of boosting on all 150 flowers, as `train.py` of the template writes them with LightGBM 4.6.0.
    static let boostedTrees = #"""
        tree
        version=v4
        num_class=3
        num_tree_per_iteration=3
        label_index=0
        max_feature_idx=3
        objective=multiclass num_class:3
        feature_names=sepal_length_(cm) sepal_width_(cm) petal_length_(cm) petal_width_(cm)
        feature_infos=[4.2999999999999998:7.9000000000000004] [2:4.4000000000000004] [1:6.9000000000000004] [0.10000000000000001:2.5]
        tree_sizes=548 518 533 549 553 552 554 551 552 557 540 551

        Tree=0
        num_leaves=4
        num_cat=0
        split_feature=2 2 0
        split_gain=97.0588 0.369748 7.10543e-15
        threshold=3.1500000000000004 1.6500000000000001 5.0500000000000007
        decision_type=2 2 2
        left_child=1 2 -1
        right_child=-2 -3 -4
        leaf_value=-0.098612288668110226 -1.5986122886681098 -0.31289800295382408 -0.098612288668109782
        leaf_weight=9.0000002682209033 33.000000983476639 2.3333334028720847 5.6666668355464926
        leaf_count=27 99 7 17
        internal_value=-1.09861 -0.128024 -0.0986123
        internal_weight=50 17 14.6667
        internal_count=150 51 44
        is_linear=0
        shrinkage=1


        Tree=1
        num_leaves=4
        num_cat=0
        split_feature=2 3 2
        split_gain=23.5294 54.7206 7.8449
        threshold=1.8 1.6500000000000001 4.9500000000000011
        decision_type=2 2 2
        left_child=-1 2 -2
        right_child=1 -3 -4
        leaf_value=-1.5986122886681098 -0.15983677846402833 -1.5361122886681098 -1.2986122886681097
        leaf_weight=16.000000476837158 16.333333820104603 16.000000476837158 1.6666667163372029
        leaf_count=48 49 48 5
        internal_value=-1.09861 -0.863318 -0.265279
        internal_weight=50 34 18
        internal_count=150 102 54
        is_linear=0
        shrinkage=1


        Tree=2
        num_leaves=4
        num_cat=0
        split_feature=3 2 2
        split_gain=82.7206 9.12941 0.95
        threshold=1.6500000000000001 4.9500000000000011 5.0500000000000007
        decision_type=2 2 2
        left_child=1 -1 -2
        right_child=2 -3 -4
        leaf_value=-1.5986122886681098 -0.39861228866811049 -0.39861228866810983 -0.098612288668109782
        leaf_weight=32.333334296941757 3.3333334326744106 1.6666667163372029 12.666667044162748
        leaf_count=97 10 5 38
        internal_value=-1.09861 -1.53979 -0.161112
        internal_weight=50 34 16
        internal_count=150 102 48
        is_linear=0
        shrinkage=1


        Tree=3
        num_leaves=4
        num_cat=0
        split_feature=2 1 2
        split_gain=27.7147 0.219899 0.135085
        threshold=3.1500000000000004 3.0500000000000003 1.6500000000000001
        decision_type=2 2 2
        left_child=1 -1 -3
        right_child=-2 2 -4
        leaf_value=0.3522084794962298 -0.39761900774682629 0.48208677462952082 0.61994300769053778
        leaf_weight=2.9229373037815121 20.050232246518135 11.520970702171324 2.1011067032814017
        leaf_count=9 99 36 6
        internal_value=-0.00235539 0.476649 0.50335
        internal_weight=36.5952 16.545 13.6221
        internal_count=150 51 42
        is_linear=0
        shrinkage=0.5


        Tree=4
        num_leaves=4
        num_cat=0
        split_feature=3 3 2
        split_gain=9.44244 13.7361 1.47747
        threshold=0.45000000000000007 1.6500000000000001 4.9500000000000011
        decision_type=2 2 2
        left_child=-1 2 -2
        right_child=1 -3 -4
        leaf_value=-0.41346033164421997 0.47300448503016529 -0.30353573664757466 -0.06996094559503202
        leaf_weight=9.8227821141481382 15.847701951861387 10.140837848186491 1.3604503870010365
        leaf_count=48 49 48 5
        internal_value=0.00703271 0.158059 0.430078
        internal_weight=37.1718 27.349 17.2082
        internal_count=150 102 54
        is_linear=0
        shrinkage=0.5


        Tree=5
        num_leaves=4
        num_cat=0
        split_feature=2 3 2
        split_gain=22.0299 1.79845 0.670428
        threshold=4.8500000000000005 1.6500000000000001 5.1500000000000012
        decision_type=2 2 2
        left_child=1 -1 -2
        right_child=2 -3 -4
        leaf_value=-0.39570133604863883 0.27965685851820521 0.18810357434005395 0.49229022952352014
        leaf_weight=18.851504385471348 5.5679363608360317 1.4184355735778797 11.09186941385269
        leaf_count=95 17 4 34
        internal_value=-0.00474474 -0.354848 0.421225
        internal_weight=36.9297 20.2699 16.6598
        internal_count=150 99 51
        is_linear=0
        shrinkage=0.5


        Tree=6
        num_leaves=4
        num_cat=0
        split_feature=2 3 2
        split_gain=12.2184 0.432673 0.0151289
        threshold=3.1500000000000004 0.45000000000000007 1.6500000000000001
        decision_type=2 2 2
        left_child=1 2 -1
        right_child=-2 -3 -4
        leaf_value=0.39632305002514218 -0.36525946068496473 0.045222145085527306 0.45429243494035476
        leaf_weight=8.605597645044325 11.598757639527319 0.91880050301551897 1.2948683947324759
        leaf_count=43 99 3 5
        internal_value=-0.00875011 0.373445 0.403905
        internal_weight=22.418 10.8193 9.90047
        internal_count=150 51 48
        is_linear=0
        shrinkage=0.5


        Tree=7
        num_leaves=4
        num_cat=0
        split_feature=3 3 2
        split_gain=4.47974 6.02767 2.34969
        threshold=0.45000000000000007 1.8500000000000003 5.3500000000000005
        decision_type=2 2 2
        left_child=-1 2 -2
        right_child=1 -3 -4
        leaf_value=-0.37224393260396255 0.36504703673151256 -0.36943899289963655 -0.37928223460553545
        leaf_weight=5.6065271869301823 12.583227619528772 4.411262944340705 1.1578428298234928
        leaf_count=48 60 34 8
        internal_value=0.0184198 0.13908 0.302329
        internal_weight=23.7589 18.1523 13.7411
        internal_count=150 102 68
        is_linear=0
        shrinkage=0.5


        Tree=8
        num_leaves=4
        num_cat=0
        split_feature=2 3 2
        split_gain=9.26524 0.847351 1.07102
        threshold=4.8500000000000005 1.8500000000000003 5.3500000000000005
        decision_type=2 2 2
        left_child=-1 2 -2
        right_child=1 -3 -4
        leaf_value=-0.32366851369746424 -0.091128959204208465 0.40714802978254711 0.41620014366258729
        leaf_weight=11.752661280333998 2.4187488555908185 7.4252550005912781 1.8254060447216032
        leaf_count=99 9 34 8
        internal_value=-0.0103096 0.305285 0.127073
        internal_weight=23.4221 11.6694 4.24415
        internal_count=150 51 17
        is_linear=0
        shrinkage=0.5


        Tree=9
        num_leaves=4
        num_cat=0
        split_feature=3 2 0
        split_gain=6.30298 0.858941 0.0243958
        threshold=1.0500000000000003 3.1500000000000004 5.1500000000000012
        decision_type=2 2 2
        left_child=1 -1 -2
        right_child=2 -3 -4
        leaf_value=0.37597967950788369 -0.46879775900906184 -0.34852381497090751 -0.35153401835679904
        leaf_weight=6.2596956863999367 0.47821949422359455 0.43769828975200642 6.1151610836386681
        leaf_count=50 2 7 91
        internal_value=-0.0130094 0.328631 -0.360039
        internal_weight=13.2908 6.69739 6.59338
        internal_count=150 57 93
        is_linear=0
        shrinkage=0.5


        Tree=10
        num_leaves=4
        num_cat=0
        split_feature=2 3 2
        split_gain=2.1695 2.44705 0.736551
        threshold=1.8 1.6500000000000001 5.0500000000000007
        decision_type=2 2 2
        left_child=-1 -2 -3
        right_child=1 2 -4
        leaf_value=-0.36140983400331339 0.27839087945566326 0.040257656212777812 -0.35328140649521173
        leaf_weight=3.1627598665654668 7.6314238756895048 2.1534640043973923 2.6546109095215797
        leaf_count=48 54 10 38
        internal_value=0.0083536 0.102366 -0.177021
        internal_weight=15.6023 12.4395 4.80807
        internal_count=150 102 48
        is_linear=0
        shrinkage=0.5


        Tree=11
        num_leaves=4
        num_cat=0
        split_feature=3 2 2
        split_gain=4.3469 1.05446 0.432564
        threshold=1.6500000000000001 4.9500000000000011 5.0500000000000007
        decision_type=2 2 2
        left_child=1 -1 -2
        right_child=2 -3 -4
        leaf_value=-0.3497489445089309 0.12008164833540719 0.13053647123252052 0.36875259409217132
        leaf_weight=6.2487658783793449 2.8094508498907089 1.3985760509967802 4.6322137862443924
        leaf_count=97 10 5 38
        internal_value=0.00282128 -0.261912 0.274872
        internal_weight=15.089 7.64734 7.44166
        internal_count=150 102 48
        is_linear=0
        shrinkage=0.5


        end of trees

        feature_importances:
        petal_length_(cm)=21
        petal_width_(cm)=12
        sepal_length_(cm)=2
        sepal_width_(cm)=1

        parameters:
        [boosting: gbdt]
        [objective: multiclass]
        [metric: multi_logloss]
        [tree_learner: serial]
        [device_type: cpu]
        [data_sample_strategy: bagging]
        [data: ]
        [valid: ]
        [num_iterations: 4]
        [learning_rate: 0.5]
        [num_leaves: 4]
        [num_threads: 1]
        [seed: 7]
        [deterministic: 1]
        [force_col_wise: 0]
        [force_row_wise: 1]
        [histogram_pool_size: -1]
        [max_depth: -1]
        [min_data_in_leaf: 5]
        [min_sum_hessian_in_leaf: 0.001]
        [bagging_fraction: 1]
        [pos_bagging_fraction: 1]
        [neg_bagging_fraction: 1]
        [bagging_freq: 0]
        [bagging_seed: 17422]
        [bagging_by_query: 0]
        [feature_fraction: 1]
        [feature_fraction_bynode: 1]
        [feature_fraction_seed: 7040]
        [extra_trees: 0]
        [extra_seed: 6516]
        [early_stopping_round: 0]
        [early_stopping_min_delta: 0]
        [first_metric_only: 0]
        [max_delta_step: 0]
        [lambda_l1: 0]
        [lambda_l2: 0]
        [linear_lambda: 0]
        [min_gain_to_split: 0]
        [drop_rate: 0.1]
        [max_drop: 50]
        [skip_drop: 0.5]
        [xgboost_dart_mode: 0]
        [uniform_drop: 0]
        [drop_seed: 15215]
        [top_rate: 0.2]
        [other_rate: 0.1]
        [min_data_per_group: 100]
        [max_cat_threshold: 32]
        [cat_l2: 10]
        [cat_smooth: 10]
        [max_cat_to_onehot: 4]
        [top_k: 20]
        [monotone_constraints: ]
        [monotone_constraints_method: basic]
        [monotone_penalty: 0]
        [feature_contri: ]
        [forcedsplits_filename: ]
        [refit_decay_rate: 0.9]
        [cegb_tradeoff: 1]
        [cegb_penalty_split: 0]
        [cegb_penalty_feature_lazy: ]
        [cegb_penalty_feature_coupled: ]
        [path_smooth: 0]
        [interaction_constraints: ]
        [verbosity: -1]
        [saved_feature_importance_type: 0]
        [use_quantized_grad: 0]
        [num_grad_quant_bins: 4]
        [quant_train_renew_leaf: 0]
        [stochastic_rounding: 1]
        [linear_tree: 0]
        [max_bin: 255]
        [max_bin_by_feature: ]
        [min_data_in_bin: 3]
        [bin_construct_sample_cnt: 200000]
        [data_random_seed: 61]
        [is_enable_sparse: 1]
        [enable_bundle: 1]
        [use_missing: 1]
        [zero_as_missing: 0]
        [feature_pre_filter: 1]
        [pre_partition: 0]
        [two_round: 0]
        [header: 0]
        [label_column: ]
        [weight_column: ]
        [group_column: ]
        [ignore_column: ]
        [categorical_feature: ]
        [forcedbins_filename: ]
        [precise_float_parser: 0]
        [parser_config_file: ]
        [objective_seed: 15521]
        [num_class: 3]
        [is_unbalance: 0]
        [scale_pos_weight: 1]
        [sigmoid: 1]
        [boost_from_average: 1]
        [reg_sqrt: 0]
        [alpha: 0.9]
        [fair_c: 1]
        [poisson_max_delta_step: 0.7]
        [tweedie_variance_power: 1.5]
        [lambdarank_truncation_level: 30]
        [lambdarank_norm: 1]
        [label_gain: ]
        [lambdarank_position_bias_regularization: 0]
        [eval_at: ]
        [multi_error_top_k: 1]
        [auc_mu_weights: ]
        [num_machines: 1]
        [local_listen_port: 12400]
        [time_out: 120]
        [machine_list_filename: ]
        [machines: ]
        [gpu_platform_id: -1]
        [gpu_device_id: -1]
        [gpu_use_dp: 0]
        [num_gpu: 1]

        end of parameters

        pandas_categorical:null

        """#
}
